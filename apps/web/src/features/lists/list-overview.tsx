/** All lists, in the order in which they count: state, size, freshness at a glance. */
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { List } from '@weir/shared/contract/lists'
import { listsQuery } from '../../lib/api/lists.ts'
import { formatCount, formatShortCount, NO_VALUE, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { FamilyBadge } from '../../ui/outcome-mark.tsx'
import { rowKeys } from '../../ui/row-keys.ts'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useListFaults } from './list-faults.tsx'
import { inOrder, ORDERS } from './list-order.ts'
import { ListProgressBar } from './list-progress.tsx'
import { listLevel, stateText } from './list-words.ts'
import styles from './lists.module.css'
import type { ListOrder } from './lists-search.ts'

const BUSY_REFRESH_MS = 1000

interface ListOverviewProps {
  readonly sort: ListOrder
  readonly onSort: (sort: ListOrder) => void
  readonly onAdd: () => void
}

export function ListOverview({ sort, onSort, onAdd }: ListOverviewProps) {
  const lists = useQuery({
    ...listsQuery,
    // While one is being fetched or compiled, its progress moves.
    refetchInterval: ({ state }) =>
      state.data?.items.some((list) => listLevel(list) === 'busy') ? BUSY_REFRESH_MS : 30_000,
  })
  return (
    <Loaded query={lists} failure="The lists could not be loaded" skeleton={<Skeleton rows={6} height={48} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title="No lists yet"
            action={
              <Button variant="strong" icon={<IconPlus size={15} />} onClick={onAdd}>
                Add a list
              </Button>
            }
          >
            A list blocks or allows many names at once: subscribed to by URL and kept fresh, pasted, or uploaded.
          </EmptyState>
        ) : (
          <>
            <div className={styles.bar}>
              <p className={styles.total}>
                {plural(
                  items.reduce((sum, list) => sum + (list.enabled ? list.entries : 0), 0),
                  'entry',
                  'entries',
                )}{' '}
                in {plural(items.filter((list) => list.enabled).length, 'list')} that{' '}
                {items.length === 1 ? 'is' : 'are'} on
              </p>
              <SelectInput label="Sort lists" isLabelHidden value={sort} onChange={onSort} options={ORDERS} />
            </div>
            <div className={`${styles.row} ${styles.head}`} aria-hidden>
              <span />
              <span>List</span>
              <span className={styles.count}>Entries</span>
              <span className={styles.count}>{RECENT_HIT_DAYS} days</span>
              <span>State</span>
              <span className={styles.when}>Fresh</span>
              <span className={styles.when}>Next</span>
            </div>
            <ul className={styles.lists}>
              {inOrder(items, sort).map((list) => (
                <ListRow key={list.id} list={list} sort={sort} />
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  )
}

function ListRow({ list, sort }: { readonly list: List; readonly sort: ListOrder }) {
  const level = listLevel(list)
  const faults = useListFaults(list.id)
  return (
    <li>
      <Link
        to="/lists"
        search={{ open: list.id, ...(sort !== 'order' && { sort }) }}
        className={styles.row}
        data-level={level}
        {...rowKeys}
      >
        <span className={styles.kind}>
          <FamilyBadge family={list.kind === 'block' ? 'blocked' : 'cached'}>
            {list.kind === 'block' ? 'Block' : 'Allow'}
          </FamilyBadge>
        </span>
        <span className={styles.name}>
          <span className={styles.title}>
            {list.name} {list.shadow && <ShadowChip />}
          </span>
          <span className={styles.source}>{list.url ?? 'pasted or uploaded'}</span>
        </span>
        <span className={styles.count}>{formatCount(list.entries)}</span>
        <span className={`${styles.count} ${styles.hits}`}>
          <span className="visually-hidden">
            {list.shadow ? 'would have decided' : 'decided'} in {RECENT_HIT_DAYS} days:{' '}
          </span>
          <Hits list={list} />
        </span>
        <span className={styles.state}>
          <span className={styles.stateText} data-level={level}>
            {stateText(list)}
          </span>
          {list.failingSince !== null && level === 'bad' && (
            <small className={styles.source}>
              since <TimeAgo at={list.failingSince} />, {plural(list.failures, 'time')}
            </small>
          )}
          <ListProgressBar list={list} />
        </span>
        <span className={styles.when}>
          <span className="visually-hidden">fresh </span>
          <Freshness list={list} />
        </span>
        <span className={`${styles.when} ${styles.next}`}>
          <span className="visually-hidden">next fetch </span>
          {list.nextFetchAt === null ? NO_VALUE : <TimeAgo at={list.nextFetchAt} />}
        </span>
        {list.lastError !== null && level === 'bad' && <span className={styles.failure}>{list.lastError}</span>}
        {faults.length > 0 && <span className={styles.warning}>{faults[0]!.split('. ')[0]}</span>}
      </Link>
    </li>
  )
}

/** When the content in effect was last known to be that of its source; of what somebody gave, when they did. */
function Freshness({ list }: { readonly list: List }) {
  if (list.source === 'content') return <TimeAgo at={list.activeVersion?.createdAt ?? null} />
  const age = <TimeAgo at={list.lastSuccessAt} />
  return list.overdueSince === null ? age : <span className={styles.overdue}>{age}, overdue</span>
}

/** Of one that only records, what it would have decided: told apart by the brackets. */
function Hits({ list: { shadow, hits, shadowHits } }: { readonly list: List }) {
  const count = shadow ? shadowHits : hits
  if (!count) return NO_VALUE
  const text = formatShortCount(count.recent)
  return shadow ? <span title="would have decided">({text})</span> : text
}
