/** All changes of the configuration: who, when, what, and the difference. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { diffOf } from '@weir/shared/contract/describe-change'
import { type Change, changeHeading, changesQuery, roleToUndo } from '../../lib/api/changes.ts'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { formatExactTime, plural } from '../../lib/format.ts'
import { useLastVisit } from '../../lib/use-last-visit.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { UndoButton } from '../../ui/undo-button.tsx'
import styles from './history.module.css'
import { ENTITIES, ENTITY_LABELS, type HistorySearch } from './history-search.ts'

const PAGE_ROWS = 50

interface HistoryListProps {
  readonly search: HistorySearch
  readonly onSearch: (search: HistorySearch) => void
}

export function HistoryList({ search, onSearch }: HistoryListProps) {
  const changes = useInfiniteQuery(changesQuery(search.entity, PAGE_ROWS))
  const { data: me } = useQuery(meQuery)
  const visit = useLastVisit(me?.name, search.entity === undefined ? changes.data?.pages[0]?.items[0] : undefined)
  return (
    <>
      <Segmented
        label="What changed"
        value={search.entity ?? 'all'}
        onChange={(entity) => onSearch({ entity: entity === 'all' ? undefined : entity })}
        options={[['all', 'All'], ...ENTITIES.map((entity) => [entity, ENTITY_LABELS[entity]] as const)]}
      />
      <Loaded query={changes} failure="The history could not be loaded" skeleton={<Skeleton rows={10} height={28} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          const isNew = (change: Change) => visit !== null && change.id > visit.id && change.actor !== me?.name
          if (items.length === 0)
            return (
              <EmptyState title="Nothing here yet">
                Every change of rules, lists, settings, groups, users and tokens is kept, with who made it and from
                where.
              </EmptyState>
            )
          return (
            <>
              {visit && <SinceLastVisit count={items.filter(isNew).length} at={visit.at} />}
              <ol className={styles.list}>
                {items.map((change) => (
                  <ChangeRow
                    key={change.id}
                    change={change}
                    isNew={isNew(change)}
                    isOpen={search.open === change.id}
                    onOpen={(open) => onSearch({ ...search, open })}
                  />
                ))}
              </ol>
              {changes.hasNextPage && (
                <Button onClick={() => void changes.fetchNextPage()} isBusy={changes.isFetchingNextPage}>
                  Older changes
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function SinceLastVisit({ count, at }: { readonly count: number; readonly at: number }) {
  return (
    <p className={styles.visit} role="status">
      {count === 0 ? 'Nothing by others' : `${plural(count, 'change')} by others`} since your last visit; the newest
      change then was <TimeAgo at={at} />.
    </p>
  )
}

interface ChangeRowProps {
  readonly change: Change
  /** Made by somebody else since the last visit. */
  readonly isNew: boolean
  readonly isOpen: boolean
  readonly onOpen: (id: number | undefined) => void
}

function ChangeRow({ change, isNew, isOpen, onOpen }: ChangeRowProps) {
  return (
    <li className={styles.item} data-new={isNew || undefined}>
      <button
        type="button"
        className={styles.row}
        aria-expanded={isOpen}
        onClick={() => onOpen(isOpen ? undefined : change.id)}
      >
        <span className={styles.revision}>{change.revision}</span>
        <span className={styles.summary}>
          {isNew && <span className={styles.new}>new</span>}{' '}
          <span className={styles.what}>{changeHeading(change)}</span> <bdi>{change.summary}</bdi>
        </span>
        <span className={styles.actor}>{change.actor}</span>
        <span className={styles.time}>
          <TimeAgo at={change.at} />
        </span>
      </button>
      {isOpen && <ChangeDiff change={change} />}
    </li>
  )
}

function ChangeDiff({ change }: { readonly change: Change }) {
  const lines = diffOf(change.before, change.after)
  return (
    <div className={styles.diff}>
      <p className={styles.meta}>
        {formatExactTime(change.at)}, {change.actor}
        {change.from && ` from ${change.from}`}
      </p>
      {lines.length === 0 ? (
        <p className={styles.meta}>No field differs.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.field}>
                <th scope="row">{line.field}</th>
                <td>
                  {line.before === undefined ? <span className={styles.none}>none</span> : <del>{line.before}</del>}
                </td>
                <td>
                  {line.after === undefined ? <span className={styles.none}>none</span> : <ins>{line.after}</ins>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <UndoLine change={change} />
    </div>
  )
}

/** The way back, or why there is none. */
function UndoLine({ change }: { readonly change: Change }) {
  const { data: me } = useQuery(meQuery)
  const undo = useUndo()
  if (!change.undo.isPossible) return <p className={styles.meta}>Cannot be undone: {change.undo.reason}.</p>
  if (!mayAs(me?.role, roleToUndo(change))) return null
  return (
    <UndoButton
      what={`${changeHeading(change)} ${change.summary}`}
      act={() => undo.change(change.id)}
      actAgain={undo.revision}
    />
  )
}
