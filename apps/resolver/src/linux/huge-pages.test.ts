import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { newTableMemory } from '../rules/rule-index.ts'
import { useHugePages } from './huge-pages.ts'

const OCTETS = 3 << 24

/** Flags of the mapping that holds as much and no more: `hg` is MADV_HUGEPAGE (proc_pid_smaps(5)). */
const flagsOf = (octets: number): string[] =>
  readFileSync('/proc/self/smaps', 'utf8')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter((mapping) => mapping.includes(`Size:`) && new RegExp(`^Size: +${octets / 1024} kB`, 'm').test(mapping))
    .map((mapping) => /^VmFlags: (.*)$/m.exec(mapping)?.[1] ?? '')

it.runIf(existsSync('/sys/kernel/mm/transparent_hugepage'))('asks for them, for this memory alone', () => {
  const memory = new Uint8Array(newTableMemory(OCTETS))
  const other = new Uint8Array(newTableMemory(OCTETS))
  const before = flagsOf(OCTETS).filter((flags) => / hg\b/.test(flags)).length
  useHugePages(memory)
  const after = flagsOf(OCTETS).filter((flags) => / hg\b/.test(flags)).length
  memory.fill(7)
  other.fill(9)
  expect(after - before).toBe(1)
  expect(memory.every((octet) => octet === 7)).toBe(true)
})
