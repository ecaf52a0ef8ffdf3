/** How far something is that takes longer than a moment: a bar, and the same in words. */
import type { ReactNode } from 'react'
import styles from './progress.module.css'

interface ProgressProps {
  readonly label: string
  readonly done: number | undefined
  /** Undefined, like `done`: not known yet. */
  readonly total: number | undefined
  /** The words. */
  readonly children: ReactNode
}

export function Progress({ label, done, total, children }: ProgressProps) {
  return (
    <div className={styles.progress}>
      <progress aria-label={label} max={total} value={done} />
      {/* Many times a second: what is read out is a quarter at a time. */}
      <p>{children}</p>
      <p className="visually-hidden" role="status">
        {quarterOf(done, total)}
      </p>
    </div>
  )
}

function quarterOf(done: number | undefined, total: number | undefined): string {
  if (done === undefined || total === undefined || total <= 0) return ''
  return `${Math.floor((done / total) * 4) * 25} %`
}
