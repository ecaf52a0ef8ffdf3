/** Is what one sees fresh? */
import { formatClock } from '../../lib/format.ts'
import { useLiveState } from '../../lib/live-context.ts'
import styles from './shell.module.css'

export function LiveIndicator() {
  const { connection, staleSince } = useLiveState()
  const isLive = connection === 'open' && staleSince === null
  const text = isLive
    ? 'Live'
    : connection === 'connecting'
      ? 'Connecting'
      : staleSince
        ? `Since ${formatClock(staleSince)}`
        : 'Waiting'
  return (
    <span
      className={styles.live}
      data-live={isLive || undefined}
      title={isLive ? 'Figures are at most a second old' : 'No fresh figures'}
    >
      <span className={styles.pulse} aria-hidden />
      <span className={styles.liveText}>{text}</span>
    </span>
  )
}
