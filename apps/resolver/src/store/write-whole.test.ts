import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeWhole } from './write-whole.ts'

it('writes what it is given behind what is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-write-'))
  try {
    const file = openSync(join(folder, 'a'), 'w')
    writeWhole(file, Buffer.from('ab'))
    writeWhole(file, new Uint8Array(0))
    writeWhole(file, Buffer.from('cd'))
    closeSync(file)
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('abcd')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('takes more than two gigabytes, as the table of 300 million names and the filter of a tier have them', () => {
  const file = openSync(devNull, 'w')
  try {
    // Pages that nobody touches take no memory.
    expect(() => writeWhole(file, new Uint8Array(new SharedArrayBuffer(2 ** 31 + 1)))).not.toThrow()
  } finally {
    closeSync(file)
  }
})
