import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@weir/shared/contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigData, RuleRow } from '../rules/policy-data.ts'
import { ConfigCopy } from './config-copy.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-copy-'))
  path = join(folder, 'config.copy')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const config = (revision: number): ConfigData => ({
  revision,
  settings: defaultSettings(['192.0.2.53']),
  groups: [{ id: 1, name: 'Everyone', isDefault: true, answer: null }],
  clients: [],
  overrides: [],
  schedules: [],
  lists: [],
  ruleSets: [],
  rules: { kind: 'full', rules: [] },
  faults: [],
})

describe('ConfigCopy', () => {
  it('gives back what was saved last, for the owner alone', async () => {
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => config(1))
    copy.save(() => config(2))
    await copy.flush()
    expect(copy.read()).toEqual({ ok: true, value: config(2) })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('holds any number of rules', async () => {
    const rules = Array.from({ length: 1201 }, (_, i) => ({
      ...{ id: i + 1, action: 'block', match: 'exact', pattern: `r${i}.example.org`, enabled: true },
      ...{ important: false, ttlSeconds: null, expiresAt: null },
    })) as RuleRow[]
    const whole: ConfigData = { ...config(3), rules: { kind: 'full', rules } }
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => whole)
    await copy.flush()
    expect(copy.read()).toEqual({ ok: true, value: whole })
  })

  it('says that there is none', () => {
    expect(new ConfigCopy(path, () => {}).read().ok).toBe(false)
  })

  it.each(['', 'no copy', 'abc\n{}'])('takes no damaged file: %j', (text) => {
    writeFileSync(path, text)
    expect(new ConfigCopy(path, () => {}).read().ok).toBe(false)
  })

  it('notices one changed octet', async () => {
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => config(1))
    await copy.flush()
    const octets = readFileSync(path)
    octets[octets.length - 5]! ^= 1
    writeFileSync(path, octets)
    expect(copy.read().ok).toBe(false)
  })

  it('tells when it cannot be written, and goes on', async () => {
    const faults: string[] = []
    const copy = new ConfigCopy(join(folder, 'missing', 'config.copy'), (detail) => faults.push(detail))
    copy.save(() => config(1))
    await copy.flush()
    expect(faults).toHaveLength(1)
  })
})
