/** A schedule's week at a glance: one bar a day, from midnight to midnight. The words beside it say the same. */
import type { TimeWindow } from '@weir/shared/contract/schedules'
import { DAYS } from '@weir/shared/schedules/days'
import { MINUTES_PER_DAY } from '@weir/shared/schedules/week-map'
import { DAY_LABELS } from './schedule-words.ts'
import styles from './schedules.module.css'
import { weekSegments } from './week-segments.ts'

const HOURS = [0, 6, 12, 18, 24]
const share = (minutes: number): number => (minutes / MINUTES_PER_DAY) * 100

export function WeekStrip({ windows }: { readonly windows: readonly TimeWindow[] }) {
  return (
    <div className={styles.week} aria-hidden>
      {weekSegments(windows).map((segments, day) => (
        <div key={DAYS[day]} className={styles.day}>
          <span>{DAY_LABELS[DAYS[day]!]}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" role="presentation">
            <rect className={styles.track} width="100" height="8" rx="1" />
            {segments.map(({ from, to }) => (
              <rect key={from} className={styles.held} x={share(from)} width={share(to - from)} height="8" />
            ))}
          </svg>
        </div>
      ))}
      <div className={styles.hours}>
        {HOURS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
    </div>
  )
}
