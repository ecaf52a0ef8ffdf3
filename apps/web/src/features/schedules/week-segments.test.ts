import { expect, it } from 'vitest'
import { weekSegments } from './week-segments.ts'

it('splits a night between its two days, also from Sunday into Monday', () => {
  const week = weekSegments([{ days: ['sun'], from: '22:00', until: '06:00' }])
  expect(week[6]).toEqual([{ from: 1320, to: 1440 }])
  expect(week[0]).toEqual([{ from: 0, to: 360 }])
  expect(week.slice(1, 6)).toEqual([[], [], [], [], []])
})

it('joins windows that overlap', () => {
  const week = weekSegments([
    { days: ['mon'], from: '08:00', until: '12:00' },
    { days: ['mon'], from: '11:00', until: '13:30' },
    { days: ['mon'], from: '15:00', until: '24:00' },
  ])
  expect(week[0]).toEqual([
    { from: 480, to: 810 },
    { from: 900, to: 1440 },
  ])
})
