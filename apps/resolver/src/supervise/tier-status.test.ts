import { expect, it } from 'vitest'
import { compileTier } from '../rules/tier.fixture.ts'
import { tierStatus } from './tier-status.ts'

const { tier } = compileTier([{ id: 1, entries: [{ name: 'a.example', match: 'suffix' }] }])
const counters = { lookups: 100, passed: 30, fromCache: 15, found: 20, reads: 15, slowReads: 1, unreadable: 0 }

it('adds up the workers, and tells the filter’s mistakes among unlisted names', () => {
  const status = tierStatus(
    { ...tier, partOctets: [10, 20] },
    [
      { counters, keptResults: 7 },
      { counters, keptResults: 2 },
    ],
    50,
  )
  expect(status).toMatchObject({ names: 1, lookups: 200, found: 40, keptResults: 9, keptResultsLimit: 100, reads: 30 })
  // 20 of the 160 that were not listed.
  expect([status.falsePositiveRate, status.hitRate]).toEqual([0.125, 0.5])
  expect(status.parts.map(({ file }) => file)).toEqual(['tiers/fixture/part-0.db', 'tiers/fixture/part-1.db'])
})

it('has no rates before anything was asked', () => {
  expect(tierStatus(tier, [null], 50)).toMatchObject({ falsePositiveRate: null, hitRate: null, lookups: 0 })
})
