/** The query log: pages from the database below, the live tail above. */
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { formatCount, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { ColumnChooser } from '../../ui/column-chooser.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { useColumns } from '../../ui/use-columns.ts'
import { queriesQuery } from './get-queries.ts'
import { mergeRows } from './merge-rows.ts'
import styles from './queries.module.css'
import { QUERY_COLUMNS, QueryCard } from './query-columns.tsx'
import { QueryDetail } from './query-detail.tsx'
import { isFiltered, type QueryFilter } from './query-filter.ts'
import { QueryFilters } from './query-filters.tsx'
import { useCatchUp } from './use-catch-up.ts'
import { useTail } from './use-tail.ts'

const LIVE = 'Live, newest first'
const NOT_LIVE = 'Connecting to the live log'

interface QueryLogProps {
  readonly filter: QueryFilter
  readonly onFilter: (filter: QueryFilter) => void
  readonly actions: (row: QueryLogEntry) => ReactNode
}

export function QueryLog({ filter, onFilter, actions }: QueryLogProps) {
  const columns = useColumns('queries', QUERY_COLUMNS)
  const [isPaused, setIsPaused] = useState(false)
  const [isScrolled, setIsScrolled] = useState(false)
  const [open, setOpen] = useState<QueryLogEntry | null>(null)
  const log = useInfiniteQuery(queriesQuery(filter))
  const isHeld = isPaused || isScrolled || open !== null
  const tail = useTail(filter, isHeld)
  const isLive = useCatchUp(log.refetch, isHeld)
  const rows = useMemo(
    () => mergeRows(tail.rows, log.data?.pages.flatMap((page) => page.items) ?? []),
    [tail.rows, log.data],
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <div className={styles.view}>
      <QueryFilters filter={filter} onChange={(patch) => onFilter({ ...filter, ...patch })} />
      <div className={styles.state}>
        <span>
          <span role="status">{log.data === undefined ? '' : isHeld ? 'Held' : isLive ? LIVE : NOT_LIVE}</span>
          {/* Not read out: it moves with every query. */}
          {log.data !== undefined && isHeld && `; ${plural(tail.waiting, 'new query', 'new queries')} waiting`}
        </span>
        {log.isFetching && <span>Loading</span>}
        {isFiltered(filter) && (
          <Button size="small" variant="ghost" onClick={() => onFilter({})}>
            Clear the filter
          </Button>
        )}
        <Button
          size="small"
          className={styles.pause}
          icon={isPaused ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
          onClick={() => setIsPaused(!isPaused)}
          aria-pressed={isPaused}
        >
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <ColumnChooser columns={columns} />
      </div>
      <Loaded query={log} failure="The query log could not be read" skeleton={<Skeleton rows={14} />}>
        {() =>
          rows.length === 0 ? (
            <NoQueries isFilter={isFiltered(filter)} onClear={() => onFilter({})} />
          ) : (
            <DataTable
              label={`Query log, ${formatCount(rows.length)} rows loaded`}
              columns={columns.shown}
              onWidth={columns.setWidth}
              rows={rows}
              rowKey={rowKey}
              card={(row) => <QueryCard row={row} />}
              onOpen={setOpen}
              copyText={(row) => row.name}
              onEnd={onEnd}
              onScrolled={setIsScrolled}
              openKey={open?.id}
            />
          )
        }
      </Loaded>
      <Drawer isOpen={open !== null} onClose={() => setOpen(null)} title="Query">
        {open && <QueryDetail row={open} actions={actions(open)} />}
      </Drawer>
    </div>
  )
}

const rowKey = (row: QueryLogEntry): number => row.id

function NoQueries({ isFilter, onClear }: { readonly isFilter: boolean; readonly onClear: () => void }) {
  return isFilter ? (
    <EmptyState title="No query matches" action={<Button onClick={onClear}>Clear the filter</Button>}>
      Nothing in the log fits this filter. New queries that fit show up here by themselves.
    </EmptyState>
  ) : (
    <EmptyState title="No queries yet">
      Point a client at this resolver; its queries show up here within a second.
    </EmptyState>
  )
}
