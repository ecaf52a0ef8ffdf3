/** Legend and read-out in one: the figures of the second under the pointer, else of the last one. */
import { formatClock, formatDayAndClock, formatMs, formatQps, NO_VALUE } from '../../lib/format.ts'
import { FAMILIES, FAMILY_LABELS } from '../../lib/outcome-family.ts'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import { type Traffic, totalOf } from './traffic.ts'
import styles from './traffic-panel.module.css'

const QUANTILES = [
  ['p50', 'p50Ms'],
  ['p95', 'p95Ms'],
  ['p99', 'p99Ms'],
] as const

interface TrafficLegendProps {
  readonly traffic: Traffic
  readonly before: string
  readonly hovered: number | null
}

export function TrafficLegend({ traffic, before, hovered }: TrafficLegendProps) {
  const row = (hovered === null ? undefined : traffic.rows[hovered]) ?? traffic.rows.at(-1)
  const total = row ? totalOf(row) : null
  const time = traffic.until - traffic.from > 86_400 ? formatDayAndClock : formatClock
  return (
    <div className={styles.legend}>
      <span className={styles.time}>{row ? time(row.at * 1000) : NO_VALUE}</span>
      {FAMILIES.map((family) => (
        <span key={family} className={styles.entry}>
          <OutcomeShape family={family} />
          {FAMILY_LABELS[family]}
          <b>{row?.byFamily ? formatQps(row.byFamily[family]) : NO_VALUE}</b>
        </span>
      ))}
      <span className={styles.entry}>
        All <b>{total === null ? NO_VALUE : formatQps(total)}</b>
      </span>
      {row?.before && (
        <span className={styles.entry}>
          <span className={styles.line} data-quantile="before" aria-hidden />
          {before} <b>{formatQps(row.before.qps)}</b>
        </span>
      )}
      {QUANTILES.map(([label, key]) => (
        <span key={key} className={styles.entry}>
          <span className={styles.line} data-quantile={label} aria-hidden />
          {label} <b>{formatMs(row?.[key])}</b>
        </span>
      ))}
    </div>
  )
}
