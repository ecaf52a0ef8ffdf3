import type { Day } from '@weir/shared/schedules/days'
import { expect, it } from 'vitest'
import { windowText } from './schedule-words.ts'

it.each<[Day[], string]>([
  [['mon', 'tue', 'wed', 'thu', 'fri'], 'Mon–Fri 20:30 to 06:30'],
  [['thu', 'sun', 'mon', 'tue', 'wed'], 'Sun–Thu 20:30 to 06:30'],
  [['sat', 'sun'], 'Sat, Sun 20:30 to 06:30'],
  [['mon', 'wed', 'fri'], 'Mon, Wed, Fri 20:30 to 06:30'],
  [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'every day 20:30 to 06:30'],
])('%j is said as %s', (days, text) => {
  expect(windowText({ days, from: '20:30', until: '06:30' })).toBe(text)
})
