import type { Day } from '@weir/shared/schedules/days'
import { expect, it } from 'vitest'
import { inItsZone, windowText } from './schedule-words.ts'

it.each<[Day[], string]>([
  [['mon', 'tue', 'wed', 'thu', 'fri'], 'Mon–Fri 20:30 to 06:30'],
  [['thu', 'sun', 'mon', 'tue', 'wed'], 'Sun–Thu 20:30 to 06:30'],
  [['sat', 'sun'], 'Sat, Sun 20:30 to 06:30'],
  [['mon', 'wed', 'fri'], 'Mon, Wed, Fri 20:30 to 06:30'],
  [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'every day 20:30 to 06:30'],
])('%j is said as %s', (days, text) => {
  expect(windowText({ days, from: '20:30', until: '06:30' })).toBe(text)
})

it('tells when a schedule begins by its own clock, and by the one here where that is another', () => {
  const atMs = Date.UTC(2026, 0, 7, 19, 30)
  expect(inItsZone(atMs, 'Asia/Tokyo')).toMatch(/^8 Jan, 04:30 \(. Jan, ..:\d\d here\)$/)
  expect(inItsZone(atMs, Intl.DateTimeFormat().resolvedOptions().timeZone)).not.toContain('here')
  expect(inItsZone(atMs, 'Nowhere/Land')).not.toContain('here')
})
