/** All schedules: their week, whether they hold now, what uses them. */
import { useQuery } from '@tanstack/react-query'
import type { Schedule } from '@weir/shared/contract/schedules'
import { type ReactNode, useEffect } from 'react'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { plural } from '../../lib/format.ts'
import { rowKeys } from '../../ui/row-keys.ts'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { inItsZone, windowText } from './schedule-words.ts'
import styles from './schedules.module.css'
import { WeekStrip } from './week-strip.tsx'

interface ScheduleListProps {
  readonly onOpen: (schedule: Schedule) => void
  readonly action: ReactNode
}

export function ScheduleList({ onOpen, action }: ScheduleListProps) {
  const schedules = useQuery(schedulesQuery)
  useRefetchAt(nextChange(schedules.data?.items ?? []), schedules.refetch)
  return (
    <Loaded query={schedules} failure="The schedules could not be loaded" skeleton={<Skeleton rows={3} height={90} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No schedules" action={action}>
            A schedule is a week with hours in it, in a time zone. Rules, lists, services and groups that have one hold
            only in those hours.
          </EmptyState>
        ) : (
          <ul className={styles.list}>
            {items.map((schedule) => (
              <li key={schedule.id}>
                <button type="button" className={styles.row} {...rowKeys} onClick={() => onOpen(schedule)}>
                  <span className={styles.name}>
                    {schedule.name}
                    <small>{schedule.windows.map(windowText).join('; ')}</small>
                    <small>{[schedule.timeZone, schedule.comment].filter((part) => part !== '').join(' · ')}</small>
                  </span>
                  <WeekStrip windows={schedule.windows} />
                  <span className={styles.state} data-active={schedule.isActive || undefined}>
                    <b>{schedule.isActive ? 'Holds now' : 'Does not hold now'}</b>
                    {schedule.nextChangeAt !== null && (
                      <small>
                        {schedule.isActive ? 'until' : 'from'} {inItsZone(schedule.nextChangeAt, schedule.timeZone)}
                      </small>
                    )}
                    <small>{usesOf(schedule)}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

function usesOf({ rules, usedBy }: Schedule): string {
  const users = [
    ...(rules > 0 ? [plural(rules, 'rule')] : []),
    ...usedBy.map(({ kind, name }) => `${USER_WORDS[kind]}${name}`),
  ]
  return users.length === 0 ? 'not used' : `used by ${users.join(', ')}`
}

const USER_WORDS = { list: 'list ', service: '', 'safe-search': 'safe search of ', group: 'group ' } as const

const nextChange = (schedules: readonly Schedule[]): number | null =>
  schedules.reduce<number | null>(
    (first, { nextChangeAt }) =>
      nextChangeAt !== null && (first === null || nextChangeAt < first) ? nextChangeAt : first,
    null,
  )

/** Browsers take no longer delay; by then the page asks again anyhow. */
const MAX_DELAY_MS = 2 ** 31 - 1

function useRefetchAt(at: number | null, refetch: () => unknown): void {
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => void refetch(), Math.min(Math.max(1000, at - Date.now() + 500), MAX_DELAY_MS))
    return () => clearTimeout(timer)
  }, [at, refetch])
}
