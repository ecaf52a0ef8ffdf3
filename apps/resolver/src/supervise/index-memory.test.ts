import { describe, expect, it } from 'vitest'
import type { CompiledIndex, CompiledTier } from '../rules/policy-data.ts'
import { newTableMemory } from '../rules/rule-index.ts'
import { IndexMemory } from './index-memory.ts'

const OCTETS = 16 * 4096

function filled(): SharedArrayBuffer {
  const memory = newTableMemory(OCTETS)
  new Uint8Array(memory).fill(7)
  return memory
}

const tierOf = (id: string): CompiledTier =>
  ({ id, filter: { bits: filled(), probes: 4 }, sets: filled() }) as unknown as CompiledTier

const indexWith = (tier?: CompiledTier): CompiledIndex => ({
  table: filled(),
  sets: filled(),
  lists: [],
  listRules: [],
  ...(tier && { tier }),
})

/** All but the pages that the buffer has only a part of. */
const isGone = (memory: SharedArrayBuffer): boolean => new Uint8Array(memory)[OCTETS >> 1] === 0

describe.runIf(process.platform === 'linux')('IndexMemory', () => {
  it('gives the memory of a replaced index back, and leaves the next one alone', () => {
    const [old, next] = [indexWith(), indexWith()]
    expect(new IndexMemory().retire(old, next)).toBe(true)
    expect([old.table, old.sets, next.table, next.sets].map(isGone)).toEqual([true, true, false, false])
  })

  it('waits for the last who reads one', async () => {
    const memory = new IndexMemory()
    const [first, second, third] = [indexWith(), indexWith(), indexWith()]
    const [long, short] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const reading = [memory.during(() => long.promise), memory.during(() => short.promise)]
    expect(memory.retire(first, second)).toBe(true)
    short.resolve()
    await reading[1]
    memory.retire(second, third)
    expect([first, second, third].map(({ table }) => isGone(table))).toEqual([false, false, false])
    long.resolve()
    await reading[0]
    expect([first, second, third].map(({ table }) => isGone(table))).toEqual([true, true, false])
  })

  it('gives it back when a reader fails', async () => {
    const memory = new IndexMemory()
    const old = indexWith()
    const reading = memory.during(() => Promise.reject(new Error('cancelled')))
    memory.retire(old, indexWith())
    await expect(reading).rejects.toThrow('cancelled')
    expect(isGone(old.table)).toBe(true)
  })

  it('keeps the names on disk that the next index goes on with', () => {
    const memory = new IndexMemory()
    const tier = tierOf('a')
    const [first, second, third] = [indexWith(tier), indexWith(tier), indexWith(tierOf('b'))]
    memory.retire(first, second)
    expect([tier.filter.bits, tier.sets].map(isGone)).toEqual([false, false])
    memory.retire(second, third)
    expect([tier.filter.bits, tier.sets, third.tier!.filter.bits].map(isGone)).toEqual([true, true, false])
  })
})
