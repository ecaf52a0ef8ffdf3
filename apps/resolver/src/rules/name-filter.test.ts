import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameFilter, newFilter } from './name-filter.ts'

/** Lanes as the hasher's: every bit by chance. */
const randomLanes = (count: number): Int32Array =>
  Int32Array.from({ length: 2 * count }, () => (Math.random() * 2 ** 32) | 0)

function filterOf(lanes: Int32Array, budgetOctets: number): NameFilter {
  const filter = new NameFilter(newFilter(lanes.length / 2, budgetOctets))
  for (let i = 0; i < lanes.length; i += 2) filter.add(lanes[i]!, lanes[i + 1]!)
  return filter
}

/** Part of names that were never added and pass. */
function passRate(filter: NameFilter, tries = 200_000): number {
  const others = randomLanes(tries)
  let passed = 0
  for (let i = 0; i < others.length; i += 2) if (filter.mayHold(others[i]!, others[i + 1]!)) passed++
  return passed / tries
}

describe('NameFilter', () => {
  it('never says no to a name that was added, whatever the memory', () => {
    const lane = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(fc.array(fc.tuple(lane, lane), { maxLength: 200 }), fc.nat(4096), (names, budget) => {
        const filter = filterOf(Int32Array.from(names.flat()), budget)
        expect(names.every(([first, second]) => filter.mayHold(first, second))).toBe(true)
      }),
    )
  })

  it.each([
    [2, 0.45],
    [4, 0.2],
    [8, 0.04],
    [16, 0.003],
  ])('with %i bits a name lets pass at most a part of %d of the others', (bitsPerName, most) => {
    const names = 100_000
    const filter = filterOf(randomLanes(names), (names * bitsPerName) / 8)
    expect(filter.sizeOctets).toBeLessThanOrEqual((names * bitsPerName) / 8)
    expect(passRate(filter)).toBeLessThan(most)
  })

  it('takes no more than 16 bits a name, and one block at least', () => {
    expect(newFilter(1_000_000, 2 ** 30).bits.byteLength).toBeLessThanOrEqual(2_000_000)
    expect(newFilter(0, 0).bits.byteLength).toBe(64)
  })

  it('refuses what is no filter', () => {
    expect(() => new NameFilter({ bits: new SharedArrayBuffer(63), probes: 1 })).toThrow(RangeError)
    expect(() => new NameFilter({ bits: new SharedArrayBuffer(64), probes: 9 })).toThrow(RangeError)
  })
})
