/** What changed last: who did what, when. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { changeHeading, changesQuery } from '../../lib/api/changes.ts'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import styles from './changes-panel.module.css'

const SHOWN = 10

export function ChangesPanel() {
  const changes = useInfiniteQuery(changesQuery(undefined, SHOWN))
  return (
    <Panel
      title="What changed"
      actions={
        <Link to="/history" className={styles.all}>
          All changes
        </Link>
      }
    >
      <Loaded query={changes} failure="The changes could not be loaded">
        {({ pages }) => {
          const items = pages[0]?.items ?? []
          if (items.length === 0)
            return (
              <EmptyState title="Nothing has changed yet">
                Every change of rules, lists and settings is kept here, with who made it.
              </EmptyState>
            )
          return (
            <ol className={styles.list}>
              {items.slice(0, SHOWN).map((change) => (
                <li key={change.id}>
                  <Link to="/history" search={{ open: change.id }} className={styles.row}>
                    <span className={styles.time}>
                      <TimeAgo at={change.at} />
                    </span>
                    <span className={styles.summary}>
                      <span className={styles.what}>{changeHeading(change)}</span> {change.summary}
                    </span>
                    <span className={styles.actor}>{change.actor}</span>
                  </Link>
                </li>
              ))}
            </ol>
          )
        }}
      </Loaded>
    </Panel>
  )
}
