/** A ranking: name, bar behind it, figure. Each row is a door to what is behind the number. */
import type { ReactNode } from 'react'
import { formatPercent, formatShortCount } from '../lib/format.ts'
import styles from './bar-list.module.css'

export interface BarListRow {
  readonly key: string
  readonly label: ReactNode
  readonly count: number
  /** 0…1 of the whole. */
  readonly share: number
}

interface BarListProps {
  readonly rows: readonly BarListRow[]
  /** Wraps a row's content into its link. */
  readonly link: (row: BarListRow, children: ReactNode, className: string) => ReactNode
}

export function BarList({ rows, link }: BarListProps) {
  const top = Math.max(...rows.map((row) => row.count), 1)
  return (
    <ol className={styles.list}>
      {rows.map((row) => (
        <li key={row.key}>
          {link(
            row,
            <>
              <span className={styles.bar} style={{ width: `${(row.count / top) * 100}%` }} aria-hidden />
              <span className={styles.label}>{row.label}</span>
              <span className={styles.count}>{formatShortCount(row.count)}</span>
              <span className={styles.share}>{formatPercent(row.share)}</span>
            </>,
            styles.row ?? '',
          )}
        </li>
      ))}
    </ol>
  )
}
