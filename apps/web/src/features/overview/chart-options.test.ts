import { describe, expect, it } from 'vitest'
import { timeLabel } from './chart-options.ts'

describe('timeLabel', () => {
  const noon = new Date(2026, 10, 30, 12, 5, 9).getTime() / 1000

  it.each([
    [15, '12:05:09'],
    [60, '12:05'],
    [3600, '12:05'],
    [86_400, '30 Nov'],
    [86_400 * 31, 'Nov 26'],
  ])('with labels %d seconds apart', (increment, text) => {
    expect(timeLabel(noon, increment)).toBe(text)
  })

  it('leaves a label empty that there is no room for', () => {
    expect(timeLabel(null, 15)).toBe('')
  })
})
