import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import koffi from 'koffi'
import { describe, expect, it } from 'vitest'
import { newTableMemory } from '../rules/rule-index.ts'
import { giveBackPages, useHugePages } from './memory-advice.ts'

const OCTETS = 3 << 24

/** Mappings of this size that have MADV_HUGEPAGE: `hg` (proc_pid_smaps(5)). */
const hugeCount = (): number =>
  readFileSync('/proc/self/smaps', 'utf8')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter((mapping) => new RegExp(`^Size: +${OCTETS / 1024} kB`, 'm').test(mapping))
    .filter((mapping) => /^VmFlags: .*\bhg\b/m.test(mapping)).length

/** Pages that are in memory: bit 63 of each of proc_pid_pagemap(5). */
function presentPages(memory: Uint8Array): number {
  const pages = memory.byteLength / 4096
  const entries = Buffer.alloc(8 * pages)
  const file = openSync('/proc/self/pagemap', 'r')
  readSync(file, entries, 0, entries.length, (Number(koffi.address(memory)) / 4096) * 8)
  closeSync(file)
  let present = 0
  for (let page = 0; page < pages; page++) present += entries[8 * page + 7]! >> 7
  return present
}

describe('useHugePages', () => {
  it.runIf(existsSync('/sys/kernel/mm/transparent_hugepage'))('asks for them, for this memory alone', () => {
    const memory = new Uint8Array(newTableMemory(OCTETS))
    const other = new Uint8Array(newTableMemory(OCTETS))
    const before = hugeCount()
    useHugePages(memory)
    const after = hugeCount()
    memory.fill(7)
    other.fill(9)
    expect(after - before).toBe(1)
    expect(memory.every((octet) => octet === 7)).toBe(true)
  })

  it.runIf(existsSync('/sys/kernel/mm/transparent_hugepage'))('leaves small memory alone', () => {
    const memory = new Uint8Array(newTableMemory(1 << 21))
    useHugePages(memory)
    const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    const mapping = mappings.find((text) => text.startsWith(koffi.address(memory).toString(16)))
    expect(mapping).toBeDefined()
    expect(mapping).not.toMatch(/^VmFlags: .*\bhg\b/m)
  })
})

describe.runIf(process.platform === 'linux')('giveBackPages', () => {
  it('frees the memory though it is still held, and nobody else’s', () => {
    const memory = new Uint8Array(newTableMemory(OCTETS)).fill(7)
    const other = new Uint8Array(newTableMemory(OCTETS)).fill(9)
    expect(presentPages(memory)).toBe(OCTETS / 4096)
    expect(giveBackPages(memory)).toBe(true)
    expect([presentPages(memory), presentPages(other)]).toEqual([0, OCTETS / 4096])
    expect([memory[0], memory[OCTETS - 1]]).toEqual([0, 0])
    expect(other.every((octet) => octet === 9)).toBe(true)
  })

  it('leaves pages alone that it has only a part of', () => {
    const whole = new Uint8Array(newTableMemory(8 * 4096)).fill(7)
    expect(giveBackPages(whole.subarray(100, 4096 + 100))).toBe(true)
    expect(whole.every((octet) => octet === 7)).toBe(true)
    expect(giveBackPages(whole.subarray(100, 3 * 4096 + 100))).toBe(true)
    expect(whole.filter((octet) => octet === 0).length).toBe(2 * 4096)
    expect([whole[4095], whole[4096], whole[3 * 4096 - 1], whole[3 * 4096]]).toEqual([7, 0, 0, 7])
  })
})
