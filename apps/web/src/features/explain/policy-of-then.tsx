/** By which policy a question about the past was judged, what is said today, and what the log has of it. */
import { Link } from '@tanstack/react-router'
import type { Explanation } from '@weir/shared/contract/explain'
import { formatExactTime, formatMs } from '../../lib/format.ts'
import { OutcomeBadge } from '../../ui/outcome-mark.tsx'
import styles from './explain.module.css'
import { decisionPhrase } from './explain-words.ts'

type Change = NonNullable<Explanation['policy']['change']>

export function PolicyOfThen({ explanation }: { readonly explanation: Explanation }) {
  const { policy, now, logged } = explanation
  if (now === null && logged === null) return null
  return (
    <section className={styles.then} aria-label="The policy of that moment">
      {logged && <Logged entry={logged} />}
      <p>
        Judged by {policy.isPast ? 'the policy of that moment, ' : 'the policy of now, '}
        <RevisionLink revision={policy.revision} />, at {formatExactTime(policy.at)}.
        {policy.change && <> Its last change: {changeText(policy.change)}.</>}
      </p>
      {now && (
        <p>
          {now.isSame ? (
            <>Today it would be the same.</>
          ) : (
            <>
              Today it would be <strong>{decisionPhrase(now.decision)}</strong>
              {now.since ? (
                <>
                  , since <RevisionLink revision={now.since.revision} /> by {now.since.actor}: {whatWasDone(now.since)}.
                </>
              ) : (
                ': a schedule, an expiry or an override has come to its end, or many changes lie between.'
              )}
            </>
          )}
        </p>
      )}
      {policy.missing.length > 0 && (
        <ul className={styles.missing} aria-label="Not known any more">
          {policy.missing.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Logged({ entry }: { readonly entry: NonNullable<Explanation['logged']> }) {
  return (
    <p>
      Logged: <OutcomeBadge outcome={entry.outcome} /> {entry.rcode ?? 'no reply'} in{' '}
      {formatMs(entry.durationUs / 1000)}
      {entry.upstream !== null && ` from ${entry.upstream}`}
      {entry.listName !== null && `, by list ${entry.listName}`}
    </p>
  )
}

const RevisionLink = ({ revision }: { readonly revision: number }) => (
  <Link to="/history" className={styles.door}>
    revision {revision}
  </Link>
)

/** The summary of a deletion names the thing alone. */
const whatWasDone = ({ operation, summary }: Change): string =>
  operation === 'delete' || operation === 'create' ? `${summary} (${operation}d)` : summary

const changeText = (change: Change): string =>
  `${whatWasDone(change)}, by ${change.actor}, ${formatExactTime(change.at)}`
