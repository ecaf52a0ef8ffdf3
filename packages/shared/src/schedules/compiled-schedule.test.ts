import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeWindow } from '../contract/schedules.ts'
import { checkSchedule } from './check-schedule.ts'
import { CompiledSchedule } from './compiled-schedule.ts'
import { DAYS } from './days.ts'
import { isTimeZone } from './wall-clock.ts'

const at = (iso: string): number => Date.parse(iso)
const SCHOOL_NIGHTS: TimeWindow[] = [{ days: ['sun', 'mon', 'tue', 'wed', 'thu'], from: '20:30', until: '06:30' }]

describe('a schedule over midnight', () => {
  const schedule = new CompiledSchedule('Europe/Berlin', SCHOOL_NIGHTS)
  it.each([
    ['just before it begins', '2026-11-23T20:29:59+01:00', false],
    ['as it begins', '2026-11-23T20:30:00+01:00', true],
    ['after midnight', '2026-11-24T00:00:00+01:00', true],
    ['in its last minute', '2026-11-24T06:29:59+01:00', true],
    ['as it ends', '2026-11-24T06:30:00+01:00', false],
    ['on a Friday evening', '2026-11-27T21:00:00+01:00', false],
    ['on Friday morning, from Thursday', '2026-11-27T06:00:00+01:00', true],
    ['on Monday morning, from Sunday', '2026-11-23T06:00:00+01:00', true],
    ['on Saturday morning', '2026-11-28T06:00:00+01:00', false],
  ])('%s', (_, iso, expected) => {
    expect(schedule.holdsAt(at(iso))).toBe(expected)
  })
  it.each([
    ['its end while it holds', '2026-11-24T03:00:10+01:00', '2026-11-24T06:30:00+01:00'],
    ['its beginning before', '2026-11-24T12:00:00+01:00', '2026-11-24T20:30:00+01:00'],
    ['the beginning after the weekend', '2026-11-27T12:00:00+01:00', '2026-11-29T20:30:00+01:00'],
  ])('tells %s', (_, now, expected) => {
    expect(schedule.nextChange(at(now))).toBe(at(expected))
  })
})

describe('summer time', () => {
  const night: TimeWindow[] = [{ days: [...DAYS], from: '23:00', until: '06:00' }]
  it.each([
    ['Europe/Berlin', 'begins', '2026-03-28T22:30:00Z', '2026-03-29T04:00:00Z'],
    ['Europe/Berlin', 'ends', '2026-10-24T21:30:00Z', '2026-10-25T05:00:00Z'],
    ['America/New_York', 'begins', '2026-03-08T04:30:00Z', '2026-03-08T10:00:00Z'],
    ['America/New_York', 'ends', '2026-11-01T03:30:00Z', '2026-11-01T11:00:00Z'],
    ['Australia/Lord_Howe', 'begins, by half an hour', '2026-10-03T12:40:00Z', '2026-10-03T19:00:00Z'],
    ['Australia/Lord_Howe', 'ends, by half an hour', '2026-04-04T12:40:00Z', '2026-04-04T19:30:00Z'],
    ['Asia/Kolkata', 'never comes', '2026-03-28T18:00:00Z', '2026-03-29T00:30:00Z'],
  ])('in %s %s: the night still ends at six by the clock', (zone, _, now, end) => {
    const schedule = new CompiledSchedule(zone, night)
    expect(schedule.holdsAt(at(now))).toBe(true)
    expect(schedule.nextChange(at(now))).toBe(at(end))
    expect([schedule.holdsAt(at(end) - 1), schedule.holdsAt(at(end))]).toEqual([true, false])
  })

  it('leaves out a window that lies in the hour that does not come', () => {
    const schedule = new CompiledSchedule('Europe/Berlin', [{ days: ['sun'], from: '02:10', until: '02:50' }])
    expect(schedule.nextChange(at('2026-03-28T12:00:00Z'))).toBe(at('2026-04-05T00:10:00Z'))
  })
  it('begins late where its beginning does not come', () => {
    const schedule = new CompiledSchedule('Europe/Berlin', [{ days: ['sun'], from: '02:30', until: '04:00' }])
    expect(schedule.nextChange(at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'))
    expect(schedule.nextChange(at('2026-03-29T01:00:00Z'))).toBe(at('2026-03-29T02:00:00Z'))
  })
  it('holds twice in the hour that comes twice', () => {
    const schedule = new CompiledSchedule('Europe/Berlin', [{ days: ['sun'], from: '02:10', until: '02:50' }])
    const changes: string[] = []
    let now: number | null = at('2026-10-24T12:00:00Z')
    for (let i = 0; i < 4 && now !== null; i++) {
      now = schedule.nextChange(now)
      changes.push(new Date(now ?? 0).toISOString().slice(11, 16))
    }
    expect(changes).toEqual(['00:10', '00:50', '01:10', '01:50'])
  })
})

describe('the next change', () => {
  const window = fc
    .record({
      days: fc.subarray([...DAYS], { minLength: 1 }),
      start: fc.integer({ min: 0, max: 1439 }),
      length: fc.integer({ min: 1, max: 1439 }),
    })
    .map(({ days, start, length }) => ({ days, from: time(start), until: time((start + length) % 1440) }))
  const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC']

  it('is the first minute at which the state is another, found minute by minute', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(window, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: at('2026-03-26T00:00:00Z'), max: at('2026-04-06T00:00:00Z') }),
        (zone, windows, now) => {
          const schedule = new CompiledSchedule(zone, windows)
          const change = schedule.nextChange(now)
          fc.pre(change !== null && change - now < 36 * 3_600_000)
          const state = schedule.holdsAt(now)
          for (let t = now; t < change!; t += 60_000) if (schedule.holdsAt(t) !== state) return false
          return schedule.holdsAt(change!) !== state
        },
      ),
      { numRuns: 60 },
    )
  })
})

function time(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

describe('what is refused', () => {
  it.each<[string, string, TimeWindow[], string[]]>([
    ['a zone that does not exist', 'Europe/Berlinn', SCHOOL_NIGHTS, ['timeZone']],
    ['an offset in place of a zone', '+02:00', SCHOOL_NIGHTS, ['timeZone']],
    ['a window without length', 'UTC', [{ days: ['mon'], from: '08:00', until: '08:00' }], ['windows[0].until']],
    ['one that always holds', 'UTC', [{ days: [...DAYS], from: '00:00', until: '24:00' }], ['windows']],
    [
      'two that always hold together',
      'UTC',
      [
        { days: [...DAYS], from: '06:00', until: '18:00' },
        { days: [...DAYS], from: '17:00', until: '06:00' },
      ],
      ['windows'],
    ],
    ['nothing of a good one', 'Europe/Berlin', SCHOOL_NIGHTS, []],
  ])('%s', (_, timeZone, windows, fields) => {
    expect(checkSchedule({ timeZone, windows }).map(({ field }) => field)).toEqual(fields)
  })
  it('knows the names of zones', () => {
    expect(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true)
    expect(['', 'Mars/Base', '+01:00', 'Europe Berlin'].some(isTimeZone)).toBe(false)
  })
})
