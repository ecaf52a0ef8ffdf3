/** What changed last: who did what, when, what of it is new since the last visit, and the way back. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Change, changeHeading, changeSummary, changesQuery, roleToUndo } from '../../lib/api/changes.ts'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { useLastVisit } from '../../lib/use-last-visit.ts'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { UndoButton } from '../../ui/undo-button.tsx'
import styles from './changes-panel.module.css'

const SHOWN = 10

export function ChangesPanel() {
  const changes = useInfiniteQuery(changesQuery(undefined, SHOWN))
  const { data: me } = useQuery(meQuery)
  const undo = useUndo()
  const visit = useLastVisit(me?.name, changes.data?.pages[0]?.items[0])
  const isNew = (change: Change) => visit !== null && change.id > visit.id && change.actor !== me?.name
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
                <li key={change.id} className={styles.item} data-new={isNew(change) || undefined}>
                  <Link to="/history" search={{ open: change.id }} className={styles.row}>
                    <span className={styles.time}>
                      <TimeAgo at={change.at} />
                    </span>
                    <span className={styles.summary}>
                      {isNew(change) && <span className={styles.new}>new</span>}{' '}
                      <span className={styles.what}>{changeHeading(change)}</span> <bdi>{changeSummary(change)}</bdi>
                    </span>
                    <span className={styles.actor}>{change.actor}</span>
                  </Link>
                  {change.undo.isPossible && mayAs(me?.role, roleToUndo(change)) && (
                    <UndoButton
                      isSmall
                      what={`${changeHeading(change)} ${changeSummary(change)}`}
                      act={() => undo.change(change.id)}
                      actAgain={undo.revision}
                    />
                  )}
                </li>
              ))}
            </ol>
          )
        }}
      </Loaded>
    </Panel>
  )
}
