/**
 * Which quarters of an hour a policy tells apart. In most of a day no schedule begins and no rule expires: all quarters of
 * one state are judged as one, the first of them, so that what depends on the time costs little more than what does not.
 */
import { QUARTER_MS, quarterOf } from '@weir/shared/log/asked'
import { CompiledSchedule } from '@weir/shared/schedules/compiled-schedule'
import { rulesOf } from '../rules/packed-rows.ts'
import type { ConfigData } from '../rules/policy-data.ts'

/** A week has fewer; questions of longer periods would stand at their first quarter. */
const MAX_QUARTERS = 1024

/** @returns for each quarter the one that stands for it; 0 for all where times do not matter */
export function judgedQuarters(
  configs: readonly ConfigData[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): (quarter: number) => number {
  if (!configs.some(usesSchedules)) return () => 0
  const schedules = configs[0]!.schedules.flatMap(({ timeZone, windows }) => {
    try {
      return [new CompiledSchedule(timeZone, windows)]
    } catch {
      // A time zone that this machine does not know: it never counts.
      return []
    }
  })
  const ends = [...new Set(configs.flatMap((config) => rulesOf(config).map(({ expiresAt }) => expiresAt ?? 0)))].filter(
    (end) => end > fromMs && end <= untilMs,
  )
  const first = quarterOf(fromMs)
  const count = Math.min(MAX_QUARTERS, quarterOf(untilMs) - first + 1)
  const firstOfState = new Map<string, number>()
  const standsFor = Uint32Array.from({ length: count }, (_, i) => {
    const atMs = (first + i) * QUARTER_MS
    const state = [
      ...schedules.map((schedule) => (schedule.holdsAt(atMs) ? 1 : 0)),
      ...ends.map((end) => (atMs >= end ? 1 : 0)),
    ].join('')
    if (!firstOfState.has(state)) firstOfState.set(state, first + i)
    return firstOfState.get(state)!
  })
  return (quarter) => standsFor[quarter - first] ?? quarter
}

function usesSchedules(config: ConfigData): boolean {
  const { schedules, lists, ruleSets, groups } = config
  if (schedules.length === 0) return false
  const assigned = [...lists, ...ruleSets]
  return (
    rulesOf(config).some(({ schedule }) => schedule !== undefined && schedule !== null) ||
    groups.some(({ schedule }) => (schedule ?? null) !== null) ||
    assigned.some(
      ({ schedule, perGroup = [] }) => (schedule ?? null) !== null || perGroup.some((term) => term.schedule !== null),
    )
  )
}
