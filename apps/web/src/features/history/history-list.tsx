/** All changes of the configuration: who, when, what, and the difference. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { type Change, changeHeading, changesQuery } from '../../lib/api/changes.ts'
import { formatExactTime } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { diffOf } from './diff.ts'
import styles from './history.module.css'
import { ENTITIES, type HistorySearch } from './history-search.ts'

const PAGE_ROWS = 50

interface HistoryListProps {
  readonly search: HistorySearch
  readonly onSearch: (search: HistorySearch) => void
}

export function HistoryList({ search, onSearch }: HistoryListProps) {
  const changes = useInfiniteQuery(changesQuery(search.entity, PAGE_ROWS))
  return (
    <>
      <Segmented
        label="What changed"
        value={search.entity ?? 'all'}
        onChange={(entity) => onSearch({ entity: entity === 'all' ? undefined : entity })}
        options={[
          ['all', 'All'],
          ...ENTITIES.map(
            (entity) =>
              [entity, `${entity[0]!.toUpperCase()}${entity.slice(1)}${entity.endsWith('s') ? '' : 's'}`] as const,
          ),
        ]}
      />
      <Loaded query={changes} failure="The history could not be loaded" skeleton={<Skeleton rows={10} height={28} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          if (items.length === 0)
            return (
              <EmptyState title="Nothing here yet">
                Every change of rules, lists, settings, groups, users and tokens is kept, with who made it and from
                where.
              </EmptyState>
            )
          return (
            <>
              <ol className={styles.list}>
                {items.map((change) => (
                  <ChangeRow
                    key={change.id}
                    change={change}
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

interface ChangeRowProps {
  readonly change: Change
  readonly isOpen: boolean
  readonly onOpen: (id: number | undefined) => void
}

function ChangeRow({ change, isOpen, onOpen }: ChangeRowProps) {
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.row}
        aria-expanded={isOpen}
        onClick={() => onOpen(isOpen ? undefined : change.id)}
      >
        <span className={styles.revision}>{change.revision}</span>
        <span className={styles.summary}>
          <span className={styles.what}>{changeHeading(change)}</span> {change.summary}
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
        {formatExactTime(change.at)}, {change.actor} from {change.from}
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
    </div>
  )
}
