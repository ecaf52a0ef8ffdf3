import { expect, it } from 'vitest'
import { falsePositiveText, filterText, formatSmallShare, type Tier } from './storage-facts.ts'

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
