import { expect, it } from 'vitest'
import type { ResolverState } from './api/resolver.ts'
import { falsePositiveText, filterText, formatSmallShare, moreMemoryText, type Tier } from './storage-facts.ts'

const tier = {
  names: 100_000_000,
  filterOctets: 200_000_000,
  falsePositiveRate: null,
  expectedPassRate: 0.00087,
} as Tier

it('tells small shares exactly enough', () => {
  expect([null, 0, 0.39, 0.00087, 1e-7].map(formatSmallShare)).toEqual(['–', '0 %', '39.0 %', '0.087 %', '< 0.001 %'])
})
it('tells what the filter has and lets pass', () => {
  expect(filterText(tier)).toBe('191 MB, 16.0 bits a name')
  expect(falsePositiveText(tier)).toBe('0.087 % when it was made')
  expect(falsePositiveText({ ...tier, falsePositiveRate: 0.01 })).toBe('1.0 %, 0.087 % when it was made')
})
it('tells what more memory would bring', () => {
  const index = { names: 6000, tier: { ...tier, names: 3_000_000, expectedPassRate: 0.287 } } as ResolverState['index']
  expect(moreMemoryText(index)).toBe('with 5 MB 0.42 % pass; 31 MB hold all of them')
  expect(moreMemoryText({ ...index, tier })).toBe('1,021 MB hold all of them')
  expect(moreMemoryText({ ...index, tier: null })).toBeUndefined()
})
