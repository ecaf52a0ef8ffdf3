/** Weekly schedules: when rules hold (design section 3). */
import { z } from 'zod'
import { DAYS } from '../schedules/days.ts'
import { Applied, Id, TimestampMs, Version } from './primitives.ts'

const Start = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 20:30')
const End = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 06:30, at most 24:00')

export const TimeWindow = z.strictObject({
  /** The days on which it starts. */
  days: z.array(z.enum(DAYS)).min(1, 'is empty: on no day they would never hold').max(7),
  from: Start,
  /** The first minute that is outside. Not after `from`: on the next day. */
  until: End,
})
export type TimeWindow = z.infer<typeof TimeWindow>

const MAX_WINDOWS = 50
export const MAX_SCHEDULES = 500

export const ScheduleInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** IANA name. */
  timeZone: z.string().min(1).max(100),
  windows: z.array(TimeWindow).min(1, 'is empty: a schedule without hours would never hold').max(MAX_WINDOWS),
  comment: z.string().max(1000).optional(),
})
export type ScheduleInput = z.infer<typeof ScheduleInput>
export const SchedulePatch = ScheduleInput.partial()
export type SchedulePatch = z.infer<typeof SchedulePatch>

export const SCHEDULE_USERS = ['list', 'service', 'safe-search', 'group'] as const

export const Schedule = z
  .object({
    id: Id,
    version: Version,
    name: z.string(),
    timeZone: z.string(),
    windows: z.array(TimeWindow),
    comment: z.string(),
    /** At the time of the answer. */
    isActive: z.boolean(),
    nextChangeAt: TimestampMs.nullable(),
    /** What it is used by. */
    rules: z.int().nonnegative(),
    usedBy: z
      .array(z.object({ kind: z.enum(SCHEDULE_USERS), id: z.string(), name: z.string() }))
      .meta({ description: 'what else holds by it' }),
  })
  .meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof Schedule>
export const ScheduleSaved = Schedule.extend(Applied.shape).meta({ id: 'ScheduleSaved' })
export const ScheduleCollection = z.object({ items: z.array(Schedule) }).meta({ id: 'ScheduleCollection' })
