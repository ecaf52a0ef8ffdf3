/** Says once, above every page, that the data are old, why, and what still works. */
import { IconPlugConnectedX } from '@tabler/icons-react'
import { formatClock } from '../../lib/format.ts'
import { useLiveState } from '../../lib/live-context.ts'
import { useNow } from '../../lib/use-now.ts'
import styles from './shell.module.css'

/** A reload of a process takes a few seconds: nothing to alarm anybody about. */
const GRACE_MS = 4000

export function StaleBanner() {
  const { connection, resolver, staleSince } = useLiveState()
  const now = useNow(1000)
  if (staleSince === null || now - staleSince < GRACE_MS) return null
  const since = formatClock(staleSince)
  return (
    <div className={styles.banner} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      {connection === 'lost' ? (
        <span>
          <strong>Console disconnected since {since}.</strong> DNS goes on without it. Reconnecting; what you see is
          from then.
        </span>
      ) : (
        <span>
          <strong>
            {resolver === 'down'
              ? `Resolver not reachable since ${since}.`
              : `No figures from the resolver since ${since}.`}
          </strong>{' '}
          What you see is from then.
        </span>
      )}
    </div>
  )
}
