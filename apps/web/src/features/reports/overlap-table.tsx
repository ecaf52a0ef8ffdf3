/** How many names of each list others cover: one line a list, one column a list. */
import { Link } from '@tanstack/react-router'
import type { ListOverlap } from '@weir/shared/contract/policy-report'
import { formatCount, formatPercent, formatShortCount, NO_VALUE, plural } from '../../lib/format.ts'
import { FindingActions } from './finding-actions.tsx'
import styles from './reports.module.css'

/** More columns are read by nobody; each line names its closest list anyway. */
const MAX_COLUMNS = 12

export function OverlapTable({ overlaps }: { readonly overlaps: readonly ListOverlap[] }) {
  const lists = overlaps.filter(({ names }) => names > 0)
  const columns = lists.slice(0, MAX_COLUMNS)
  const names = new Map(lists.map(({ id, name }) => [id, name]))
  return (
    <>
      <ul className={styles.findings}>
        {lists.map((list) => (
          <li key={list.id}>
            <div className={styles.about}>
              <p className={styles.title}>{list.name}</p>
              <p className={styles.quiet}>{summaryOf(list, names)}</p>
            </div>
            <FindingActions kind="list" id={list.id} name={list.name} />
          </li>
        ))}
      </ul>
      {lists.length > 1 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        <section className={styles.matrix} tabIndex={0} aria-label="Names of each list that others have too">
          <table>
            <thead>
              <tr>
                <th scope="col">Of the names of</th>
                {columns.map(({ id, name }, at) => (
                  <th key={id} scope="col" title={name}>
                    in {at + 1}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lists.map((list, at) => (
                <tr key={list.id}>
                  <th scope="row">
                    {at + 1}{' '}
                    <Link to="/lists" search={{ open: list.id }}>
                      {list.name}
                    </Link>
                  </th>
                  {columns.map((other) => (
                    <Cell key={other.id} list={list} other={other} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  )
}

function Cell({ list, other }: { readonly list: ListOverlap; readonly other: ListOverlap }) {
  if (list.id === other.id) return <td className={styles.self}>{NO_VALUE}</td>
  const shared = list.sharedWith.find(({ id }) => id === other.id)?.names ?? 0
  const share = shared / list.names
  return (
    <td title={`${formatCount(shared)} of ${formatCount(list.names)} names of ${list.name} are in ${other.name}`}>
      <span className={styles.share} style={{ ['--share' as string]: share }}>
        {formatPercent(share)}
      </span>
      <small>{formatShortCount(shared)}</small>
    </td>
  )
}

function summaryOf(
  { names, unique, redundant, allowed, sharedWith }: ListOverlap,
  of: ReadonlyMap<number, string>,
): string {
  const closest = sharedWith[0]
  return [
    `${plural(names, 'name')}, ${formatCount(unique)} in no other list`,
    closest && `${formatPercent(closest.names / names)} in ${of.get(closest.id) ?? `list ${closest.id}`}`,
    redundant > 0 && `${formatCount(redundant)} said twice within it`,
    allowed > 0 && `${formatCount(allowed)} allowed by an exception`,
  ]
    .filter(Boolean)
    .join(' · ')
}
