/** Says once, above every page, that the data are old, why, and what still works. */
import { IconPlugConnectedX } from '@tabler/icons-react'
import { formatClock } from '../../lib/format.ts'
import { useLiveState } from '../../lib/live-context.ts'
import { useNow } from '../../lib/use-now.ts'
import styles from './shell.module.css'
import { isStale } from './staleness.ts'

/** The region is there before it has something to say: what comes with its region is not read out. */
export const StaleBanner = () => (
  <div role="status">
    <Banner />
  </div>
)

function Banner() {
  const { connection, resolver, staleSince } = useLiveState()
  const now = useNow(1000)
  if (staleSince === null || !isStale({ staleSince }, now)) return null
  const since = formatClock(staleSince)
  return (
    <div className={styles.banner}>
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
