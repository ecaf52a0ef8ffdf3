import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
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

  it.skipIf(process.platform === 'win32')('keeps the one before where the disk takes a part of it', async () => {
    const copy = new ConfigCopy(path, () => {})
    copy.save(() => config(1))
    await copy.flush()
    // A limit on the size of files does what a full disk does: the write that reaches it is cut short, the next one fails.
    const program = `import { ConfigCopy } from '${new URL('config-copy.ts', import.meta.url).href}'
      process.on('SIGXFSZ', () => undefined)
      const rules = Array.from({ length: 400 }, (_, id) => ({ id, pattern: 'name-' + id + '.example.org', match: 'exact' }))
      const copy = new ConfigCopy(process.argv[1], (detail) => console.log(detail))
      copy.save(() => ({ rules: { kind: 'full', rules } }))
      await copy.flush()`
    const node = [process.execPath, '--conditions=source', '--input-type=module', '-e', program, path]
    const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -f 16; exec "$0" "$@"', ...node])
    expect(stdout).toContain('could not be written: Error: EFBIG')
    expect(copy.read()).toEqual({ ok: true, value: config(1) })
  })

  it('goes on after one that could not be made', async () => {
    const faults: string[] = []
    const copy = new ConfigCopy(path, (detail) => faults.push(detail))
    copy.save(() => ({ ...config(1), rules: { kind: 'delta', changed: [], deleted: [] } }))
    await copy.flush()
    copy.save(() => {
      throw new Error('no policy')
    })
    await copy.flush()
    copy.save(() => config(2))
    await copy.flush()
    expect([faults.length, copy.read()]).toEqual([2, { ok: true, value: config(2) }])
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
