/** One figure that matters, its last minute, and how it stands against yesterday. */
import type { ReactNode } from 'react'
import styles from './tile.module.css'

interface TileProps {
  readonly label: string
  readonly value: string
  readonly unit?: string
  readonly note?: ReactNode
  readonly spark: ReactNode
  readonly isStale?: boolean
  /** Wraps the tile into the link behind the number. */
  readonly link: (children: ReactNode, className: string) => ReactNode
}

export function Tile({ label, value, unit, note, spark, isStale = false, link }: TileProps) {
  return link(
    <>
      <span className={styles.label}>{label}</span>
      <span className={styles.figure} data-stale={isStale || undefined}>
        <span className={styles.value}>{value}</span>
        {unit && <span className={styles.unit}>{unit}</span>}
      </span>
      <span className={styles.note}>{note}</span>
      <span className={styles.spark} data-stale={isStale || undefined}>
        {spark}
      </span>
    </>,
    styles.tile ?? '',
  )
}
