import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@weir/shared/contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigData } from '../rules/policy-data.ts'
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
  lists: [],
  ruleSets: [],
  rules: { kind: 'full', rules: [] },
  faults: [],
})

describe('ConfigCopy', () => {
  it('gives back what was saved last, for the owner alone', () => {
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => config(1))
    copy.save(() => config(2))
    copy.flush()
    expect(copy.read()).toEqual({ ok: true, value: config(2) })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('says that there is none', () => {
    expect(new ConfigCopy(path, () => {}).read().ok).toBe(false)
  })

  it.each(['', 'no copy', 'abc\n{}'])('takes no damaged file: %j', (text) => {
    writeFileSync(path, text)
    expect(new ConfigCopy(path, () => {}).read().ok).toBe(false)
  })

  it('notices one changed octet', () => {
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => config(1))
    copy.flush()
    const octets = readFileSync(path)
    octets[octets.length - 5]! ^= 1
    writeFileSync(path, octets)
    expect(copy.read().ok).toBe(false)
  })

  it('tells when it cannot be written, and goes on', () => {
    const faults: string[] = []
    const copy = new ConfigCopy(join(folder, 'missing', 'config.copy'), (detail) => faults.push(detail))
    copy.save(() => config(1))
    copy.flush()
    expect(faults).toHaveLength(1)
  })
})
