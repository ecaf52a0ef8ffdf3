/** One change: a line, and below it the difference, what was said, and the ways back. */
import { useQuery } from '@tanstack/react-query'
import { fieldLabel } from '@weir/shared/contract/describe-change'
import type { UndoSelection } from '@weir/shared/contract/history'
import { type Change, changeHeading, changeSummary, roleToUndo } from '../../lib/api/changes.ts'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { formatExactTime } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { rowKeys } from '../../ui/row-keys.ts'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { UndoButton } from '../../ui/undo-button.tsx'
import styles from './history.module.css'
import { RevisionComment } from './revision-comment.tsx'

export interface Wish {
  readonly title: string
  readonly select: UndoSelection
}

interface ChangeRowProps {
  readonly change: Change
  /** Made by somebody else since the last visit. */
  readonly isNew: boolean
  readonly isOpen: boolean
  readonly onOpen: (id: number | undefined) => void
  /** Wants to look at an undo of more than this change. */
  readonly onWish: (wish: Wish) => void
  readonly onCompare: (range: string) => void
}

export function ChangeRow({ change, isNew, isOpen, onOpen, onWish, onCompare }: ChangeRowProps) {
  return (
    <li className={styles.item} data-new={isNew || undefined} data-undone={change.undoneBy !== null || undefined}>
      <button
        type="button"
        className={styles.row}
        aria-expanded={isOpen}
        {...rowKeys}
        onClick={() => onOpen(isOpen ? undefined : change.id)}
      >
        <span className={styles.revision}>{change.revision}</span>
        <span className={styles.summary}>
          {isNew && <span className={styles.new}>new</span>}{' '}
          {change.undoneBy !== null && <span className={styles.new}>undone</span>}{' '}
          {change.undoes !== null && <span className={styles.new}>undo</span>}{' '}
          <span className={styles.what}>{changeHeading(change)}</span> <bdi>{changeSummary(change)}</bdi>
          {change.operation === 'update' && change.words.length > 0 && (
            <span className={styles.inWords}>: {change.words.join(' · ')}</span>
          )}
          {change.comment !== null && <q className={styles.comment}>{change.comment}</q>}
        </span>
        <span className={styles.actor}>{change.actor}</span>
        <span className={styles.time}>
          <TimeAgo at={change.at} />
        </span>
      </button>
      {isOpen && <ChangeDetail change={change} onWish={onWish} onCompare={onCompare} />}
    </li>
  )
}

const VIA: Readonly<Record<Change['via'], string>> = {
  console: ', in the console',
  api: ', over the API',
  weir: ', by itself',
  '': '',
}

type ChangeDetailProps = Pick<ChangeRowProps, 'change' | 'onWish' | 'onCompare'>

function ChangeDetail({ change, onWish, onCompare }: ChangeDetailProps) {
  const { data: me } = useQuery(meQuery)
  return (
    <div className={styles.diff}>
      <p className={styles.meta}>
        Revision {change.revision}, {formatExactTime(change.at)}, {change.actor}
        {change.from && ` from ${change.from}`}
        {VIA[change.via]}
        {change.undoes !== null && `; takes back change ${change.undoes}`}
      </p>
      <RevisionComment change={change} mayEdit={mayAs(me?.role, 'operator')} />
      <DiffTable change={change} />
      {mayAs(me?.role, 'operator') && <WaysBack change={change} onWish={onWish} onCompare={onCompare} />}
    </div>
  )
}

function DiffTable({ change }: { readonly change: Change }) {
  const lines = change.fields
  if (lines.length === 0) return <p className={styles.meta}>No field differs.</p>
  return (
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
            <th scope="row">{fieldLabel(line.field)}</th>
            <td>{line.before === undefined ? <span className={styles.none}>none</span> : <del>{line.before}</del>}</td>
            <td>{line.after === undefined ? <span className={styles.none}>none</span> : <ins>{line.after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Undo of this one, or why there is none; going back; what is not the same since. */
function WaysBack({ change, onWish, onCompare }: ChangeDetailProps) {
  const { data: me } = useQuery(meQuery)
  const undo = useUndo()
  const { isPossible, reason } = change.undo
  const before = change.revision - 1
  return (
    <>
      {!isPossible && <p className={styles.meta}>Cannot be undone: {reason}.</p>}
      <div className={styles.buttons}>
        {isPossible && mayAs(me?.role, roleToUndo(change)) && (
          <UndoButton
            what={`${changeHeading(change)} ${changeSummary(change)}`}
            act={() => undo.change(change.id)}
            actAgain={undo.revision}
          />
        )}
        {!isPossible && change.undoneBy === null && (
          <Button
            size="small"
            onClick={() =>
              onWish({
                title: `Undo ${changeHeading(change)} ${changeSummary(change)}`,
                select: { changes: [change.id] },
              })
            }
          >
            Undo with what builds on it …
          </Button>
        )}
        <Button
          size="small"
          variant="ghost"
          onClick={() => onWish({ title: `Go back to revision ${before}`, select: { toRevision: before } })}
        >
          Go back to before this …
        </Button>
        <Button size="small" variant="ghost" onClick={() => onCompare(`${before}-`)}>
          Compare with now …
        </Button>
      </div>
    </>
  )
}
