/** How the updates of a list went: when, from where, what came of it, how long it took. */
import { useQuery } from '@tanstack/react-query'
import type { List, ListUpdate } from '@weir/shared/contract/lists'
import { formatCount, formatMs, plural } from '../../lib/format.ts'
import { Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { updatesQuery } from './get-lists.ts'
import styles from './lists.module.css'

const OUTCOME_WORDS: Record<ListUpdate['outcome'], readonly [word: string, level: string]> = {
  updated: ['Updated', 'ok'],
  unchanged: ['Nothing new', 'ok'],
  held: ['Held for review', 'waits'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'off'],
}

export function UpdateLog({ list }: { readonly list: List }) {
  const updates = useQuery(updatesQuery(list.id))
  return (
    <Loaded query={updates} failure="The updates could not be loaded">
      {({ items }) =>
        items.length === 0 ? (
          <p className={styles.inEffect}>None yet.</p>
        ) : (
          <ol className={styles.updates} aria-label="Updates">
            {items.map((update) => (
              <Update key={`${update.since} ${update.at}`} update={update} url={list.url} />
            ))}
          </ol>
        )
      }
    </Loaded>
  )
}

function Update({ update, url }: { readonly update: ListUpdate; readonly url: string | null }) {
  const [word, level] = OUTCOME_WORDS[update.outcome]
  const { origin, times, since, at, durationMs } = update
  return (
    <li>
      <span className={styles.stateText} data-level={level}>
        {word}
      </span>
      <span className={styles.when}>
        <TimeAgo at={at} />
      </span>
      <small>
        {[
          countsOf(update),
          originWords(origin, url),
          durationMs !== null && `in ${formatMs(durationMs)}`,
          `${plural(update.entries, 'entry', 'entries')} in effect`,
        ]
          .filter(Boolean)
          .join(' · ')}
        {times > 1 && (
          <>
            {' · '}
            {formatCount(times)} times since <TimeAgo at={since} />
          </>
        )}
      </small>
      {update.detail !== '' && <small className={level === 'bad' ? styles.reason : ''}>{update.detail}</small>}
    </li>
  )
}

function countsOf({ outcome, origin, added, removed, rejected }: ListUpdate): string {
  if ((outcome !== 'updated' && outcome !== 'held') || origin === '') return ''
  const refused = rejected > 0 ? `, ${formatCount(rejected)} not understood` : ''
  return `${formatCount(added)} added, ${formatCount(removed)} removed${refused}`
}

/** The address only where it is another one than today's. */
function originWords(origin: string, url: string | null): string {
  if (origin === 'upload') return 'uploaded'
  if (origin === 'paste') return 'pasted'
  return origin === '' ? '' : origin === url ? 'fetched' : `fetched from ${origin}`
}
