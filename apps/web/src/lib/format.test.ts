import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatMs,
  formatOctets,
  formatPercent,
  formatQps,
  formatRelativeTime,
  formatShortCount,
  plural,
} from './format.ts'

describe('figures', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [12_345, '12.3 k'],
    [1_234_567, '1.23 M'],
    [1_200_000_000, '1.20 G'],
  ])('shortens %d to %s', (count, text) => expect(formatShortCount(count)).toBe(text))

  it.each([
    [0, '0'],
    [3.14, '3.1'],
    [1234.4, '1,234'],
  ])('shows %d queries per second as %s', (qps, text) => expect(formatQps(qps)).toBe(text))

  it.each([
    [null, '–'],
    [0.04, '< 0.1 ms'],
    [0, '0.0 ms'],
    [12.34, '12.3 ms'],
    [1500, '1.50 s'],
    [12_340, '12.3 s'],
  ])('shows a latency of %s as %s', (ms, text) => expect(formatMs(ms)).toBe(text))

  it('shows no share as a dash, never as zero', () => {
    expect(formatPercent(null)).toBe('–')
    expect(formatPercent(0)).toBe('0.0 %')
    expect(formatPercent(0.1234)).toBe('12.3 %')
  })

  it.each([
    [512, '512 B'],
    [1536, '1.5 KB'],
    [150 * 1024 ** 2, '150 MB'],
    [3 * 1024 ** 4, '3.0 TB'],
  ])('shows %d octets as %s', (octets, text) => expect(formatOctets(octets)).toBe(text))

  it('counts in words', () => {
    expect(plural(1, 'rule')).toBe('1 rule')
    expect(plural(1200, 'entry', 'entries')).toBe('1,200 entries')
  })
})

describe('times', () => {
  it.each([
    [0, 'now'],
    [-30_000, '30 s ago'],
    [-150_000, '3 min ago'],
    [7_200_000, 'in 2 h'],
    [-86_400_000 * 90, '3 months ago'],
  ])('tells an offset of %d ms as %s', (offset, text) => {
    expect(formatRelativeTime(1e12 + offset, 1e12)).toBe(text)
  })

  it('rounds to one unit', () => expect(formatDuration(3599)).toBe('60 min'))
})
