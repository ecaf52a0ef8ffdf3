/** All changes of the configuration: who, when, what, the difference, and the ways back. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Change, changesQuery } from '../../lib/api/changes.ts'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { formatDayAndClock, plural } from '../../lib/format.ts'
import { useLastVisit } from '../../lib/use-last-visit.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { ChangeRow, type Wish } from './change-row.tsx'
import styles from './history.module.css'
import { HistoryFilters } from './history-filters.tsx'
import { type HistorySearch, selectionOf, sinceOf } from './history-search.ts'
import { UndoDialog } from './undo-dialog.tsx'

const PAGE_ROWS = 50
/** "An hour ago" is of the minute, so that a filter is the same while somebody reads. */
const MINUTE_MS = 60_000

interface HistoryListProps {
  readonly search: HistorySearch
  readonly onSearch: (search: HistorySearch) => void
}

export function HistoryList({ search, onSearch }: HistoryListProps) {
  const [now] = useState(() => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS)
  const [wish, setWish] = useState<Wish | null>(null)
  const { entity, actor } = search
  const isNarrow = entity !== undefined || actor !== undefined || search.search !== undefined
  const since = sinceOf(search, now)
  const changes = useInfiniteQuery(changesQuery({ entity, actor, search: search.search, since }, PAGE_ROWS))
  const { data: me } = useQuery(meQuery)
  const visit = useLastVisit(me?.name, isNarrow || since !== undefined ? undefined : changes.data?.pages[0]?.items[0])
  const isNew = (change: Change) => visit !== null && change.id > visit.id && change.actor !== me?.name
  return (
    <>
      <HistoryFilters search={search} onSearch={onSearch} />
      <Loaded query={changes} failure="The history could not be loaded" skeleton={<Skeleton rows={10} height={28} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          if (items.length === 0) return <NothingHere isNarrow={isNarrow || since !== undefined} onSearch={onSearch} />
          return (
            <>
              {visit && <SinceLastVisit count={items.filter(isNew).length} at={visit.at} />}
              {mayAs(me?.role, 'operator') && <UndoAll search={search} now={now} onWish={setWish} />}
              <ol className={styles.list}>
                {items.map((change) => (
                  <ChangeRow
                    key={change.id}
                    change={change}
                    isNew={isNew(change)}
                    isOpen={search.open === change.id}
                    onOpen={(open) => onSearch({ ...search, open })}
                    onWish={setWish}
                    onCompare={(compare) => onSearch({ ...search, compare })}
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
      {wish && <UndoDialog title={wish.title} select={wish.select} onClose={() => setWish(null)} />}
    </>
  )
}

function NothingHere({
  isNarrow,
  onSearch,
}: {
  readonly isNarrow: boolean
  readonly onSearch: HistoryListProps['onSearch']
}) {
  if (isNarrow)
    return (
      <EmptyState title="No change is like this" action={<Button onClick={() => onSearch({})}>Show all</Button>}>
        Nothing in the history fits the filters above.
      </EmptyState>
    )
  return (
    <EmptyState title="Nothing here yet">
      Every change of rules, lists, settings, groups, users and tokens is kept, with who made it and from where.
    </EmptyState>
  )
}

/** All that the filters show, whoever made it, in one act. */
function UndoAll({
  search,
  now,
  onWish,
}: {
  readonly search: HistorySearch
  readonly now: number
  readonly onWish: (wish: Wish) => void
}) {
  const select = selectionOf(search, now)
  if (select === undefined) return null
  const since = sinceOf(search, now)
  const who = search.actor ?? 'everybody'
  const title = `Undo all that ${who} did${since === undefined ? '' : ` since ${formatDayAndClock(since)}`}`
  return (
    <p>
      <Button onClick={() => onWish({ title, select })}>{title} …</Button>
    </p>
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
