import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDataFolder, whyNotWritable } from './data-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the data folder', () => {
  it('is made for its owner alone, with those above it (CVE-2024-36586)', () => {
    const path = join(folder, 'a', 'b')
    expect(makeDataFolder(path)).toEqual({ ok: true, value: undefined })
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700)
    expect(makeDataFolder(path).ok).toBe(true)
  })

  it.each([
    ['below a file', () => join(folder, 'file', 'data')],
    ['in place of a file', () => join(folder, 'file')],
    // Anywhere else it is an ordinary path, which cannot be made by who may not write to the root.
    ...(process.platform === 'linux' ? [['below /proc', () => '/proc/weir/data'] as const] : []),
  ] as const)('is refused %s, in one line that names the setting', (_where, path) => {
    writeFileSync(join(folder, 'file'), '')
    const made = makeDataFolder(path())
    expect(made.ok).toBe(false)
    expect(made.ok ? '' : made.error).toMatch(/^WEIR_DATA_DIR: [^\n]+$/)
  })

  it('may be written to by its owner', () => {
    expect(whyNotWritable(folder)).toBeUndefined()
  })

  // Nothing is read-only to root.
  it.skipIf(process.getuid?.() === 0)('is named with its setting where this user may not write to it', () => {
    chmodSync(folder, 0o500)
    expect(whyNotWritable(folder)).toBe(`WEIR_DATA_DIR: ${folder} may not be written to by this user`)
    chmodSync(folder, 0o700)
  })
})
