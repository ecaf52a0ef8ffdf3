/** Somebody else was faster: both sides, field by field, and what to do about it. */
import { fieldLabel } from '@weir/shared/contract/describe-change'
import { useEffect, useState } from 'react'
import {
  type EditConflict,
  type KeptChanges,
  type Resolution,
  setConflictAsker,
  setKeptTeller,
} from '../lib/edit-conflict.ts'
import { Button } from './button.tsx'
import styles from './conflict-dialog.module.css'
import { Dialog } from './drawer.tsx'
import { TimeAgo } from './time-ago.tsx'
import { useToast } from './toast.tsx'

interface Asked {
  readonly conflict: EditConflict
  readonly answer: (resolution: Resolution) => void
}

/** Once, at the root: edits anywhere ask through it. */
export function ConflictDialogs() {
  const [asked, setAsked] = useState<Asked | null>(null)
  const toast = useToast()
  useEffect(() => {
    setConflictAsker((conflict) => new Promise((answer) => setAsked({ conflict, answer })))
    return () => setConflictAsker(undefined)
  }, [])
  useEffect(() => {
    setKeptTeller((kept) => toast({ message: keptInWords(kept) }))
    return () => setKeptTeller(undefined)
  }, [toast])
  if (asked === null) return null
  const answer = (resolution: Resolution) => {
    setAsked(null)
    asked.answer(resolution)
  }
  return <ConflictDialog conflict={asked.conflict} onAnswer={answer} />
}

const TOLD_FIELDS = 3

/** `anna has changed Settings meanwhile too: blocking TTL 60 → 11. Both hold.` */
function keptInWords({ title, changedBy, lines }: KeptChanges): string {
  const told = lines
    .slice(0, TOLD_FIELDS)
    .map(({ field, before, after }) => `${fieldLabel(field)} ${before ?? 'none'} → ${after ?? 'none'}`)
  const more = lines.length > TOLD_FIELDS ? [`${lines.length - TOLD_FIELDS} more`] : []
  return `${changedBy?.actor ?? 'Somebody else'} has changed ${title} meanwhile too: ${[...told, ...more].join(', ')}. Both hold.`
}

interface ConflictDialogProps {
  readonly conflict: EditConflict
  readonly onAnswer: (resolution: Resolution) => void
}

function ConflictDialog({ conflict, onAnswer }: ConflictDialogProps) {
  const { title, changedBy, fields, isDeletion } = conflict
  // What this form did not touch is taken as the other side has it.
  const [mine, setMine] = useState<ReadonlySet<string>>(
    new Set(fields.filter(({ isMine }) => isMine).map(({ field }) => field)),
  )
  const [theirSide, mySide] = isDeletion ? ['Now', 'When you opened it'] : ['Theirs', 'Yours']
  const pick = (field: string, isMine: boolean) => {
    const next = new Set(mine)
    if (isMine) next.add(field)
    else next.delete(field)
    setMine(next)
  }
  return (
    <Dialog
      isOpen
      size={640}
      onClose={() => onAnswer({ kind: 'back' })}
      title={`${title} has changed meanwhile`}
      footer={isDeletion ? <DeletionButtons onAnswer={onAnswer} /> : <EditButtons mine={mine} onAnswer={onAnswer} />}
    >
      <p className={styles.who}>
        <strong>{changedBy?.actor ?? 'Somebody else'}</strong> saved it{' '}
        {changedBy ? <TimeAgo at={changedBy.at} /> : 'meanwhile'}, after you opened it. Nothing of yours is lost.
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">{theirSide}</th>
            <th scope="col">{mySide}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ field, label = fieldLabel(field), theirs, mine: own }) => (
            <tr key={field}>
              <th scope="row">{label}</th>
              {isDeletion ? (
                <>
                  <td data-side={theirSide}>{theirs ?? 'none'}</td>
                  <td data-side={mySide}>{own ?? 'none'}</td>
                </>
              ) : (
                <>
                  <Side
                    {...{ field, label }}
                    text={theirs}
                    side={theirSide}
                    isOn={!mine.has(field)}
                    onPick={() => pick(field, false)}
                  />
                  <Side
                    {...{ field, label }}
                    text={own}
                    side={mySide}
                    isOn={mine.has(field)}
                    onPick={() => pick(field, true)}
                  />
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

interface SideProps {
  readonly field: string
  readonly label: string
  readonly text: string | undefined
  readonly side: string
  readonly isOn: boolean
  readonly onPick: () => void
}

function Side({ field, label, text, side, isOn, onPick }: SideProps) {
  return (
    <td data-side={side}>
      <label className={styles.side} data-on={isOn || undefined}>
        <input
          type="radio"
          name={`conflict-${field}`}
          checked={isOn}
          onChange={onPick}
          aria-label={`${side}: ${label} ${text ?? 'none'}`}
        />
        <bdi>{text === undefined || text === '' || text === 'null' ? 'none' : text}</bdi>
      </label>
    </td>
  )
}

function EditButtons({
  mine,
  onAnswer,
}: {
  readonly mine: ReadonlySet<string>
  readonly onAnswer: ConflictDialogProps['onAnswer']
}) {
  return (
    <>
      <Button className={styles.spread} variant="ghost" onClick={() => onAnswer({ kind: 'back' })}>
        Back to the form
      </Button>
      <Button onClick={() => onAnswer({ kind: 'theirs' })}>Take theirs</Button>
      <Button onClick={() => onAnswer({ kind: 'mine' })}>Overwrite with yours</Button>
      <Button variant="strong" data-autofocus onClick={() => onAnswer({ kind: 'merge', fields: mine })}>
        Save as picked
      </Button>
    </>
  )
}

function DeletionButtons({ onAnswer }: Pick<ConflictDialogProps, 'onAnswer'>) {
  return (
    <>
      <Button data-autofocus onClick={() => onAnswer({ kind: 'back' })}>
        Keep
      </Button>
      <Button variant="danger" onClick={() => onAnswer({ kind: 'mine' })}>
        Delete it all the same
      </Button>
    </>
  )
}
