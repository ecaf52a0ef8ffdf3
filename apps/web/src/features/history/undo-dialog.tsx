/** Before much is taken back: what would change, what stands against it, what stays. Then done in one act. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { UndoPreview, UndoSelection } from '@weir/shared/contract/history'
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { useLiveEvent } from '../../lib/live-context.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/drawer.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './history.module.css'
import { StepList } from './step-list.tsx'

interface UndoDialogProps {
  /** As in `Undo all that anna did since 08:00`. */
  readonly title: string
  readonly select: UndoSelection
  readonly onClose: () => void
}

export function UndoDialog({ title, select, onClose }: UndoDialogProps) {
  const [together, setTogether] = useState(false)
  const [comment, setComment] = useState('')
  const preview = useQuery({
    queryKey: ['undo-preview', select, together],
    queryFn: ({ signal }) => http.post<UndoPreview>('/undo/preview', { select, together }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  })
  const act = useUndoAll(select, together, title, onClose)
  const seen = preview.data
  const canUndo = seen !== undefined && seen.changes > 0 && seen.conflicts.length === 0
  return (
    <Dialog
      isOpen
      size={680}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            variant="strong"
            disabled={!canUndo}
            isBusy={act.isBusy}
            onClick={() => act.run(seen!.revision, comment)}
          >
            {seen ? `Undo ${plural(seen.changes, 'change')}` : 'Undo'}
          </Button>
        </>
      }
    >
      <Loaded query={preview} failure="What this would change could not be found out" skeleton={<Skeleton rows={6} />}>
        {(data) => (
          <>
            <Verdict preview={data} />
            {(data.isSolvedTogether || together) && (
              <Switch
                label="Undo these later changes too"
                help="They are of the same things and build on what is undone."
                checked={together}
                onChange={setTogether}
              />
            )}
            <StepList
              steps={data.steps.map(({ change, ...made }) => ({
                ...change,
                ...made,
                title: change.summary,
              }))}
              total={data.changes}
            />
            <Skipped preview={data} />
            <TextInput label="Comment (optional)" value={comment} onChange={setComment} maxLength={1000} />
            {act.progress && (
              <Progress label="Progress of the undo" {...act.progress}>
                {act.progress.done} of {plural(act.progress.total, 'change')} undone
              </Progress>
            )}
          </>
        )}
      </Loaded>
    </Dialog>
  )
}

function useUndoAll(select: UndoSelection, together: boolean, title: string, onClose: () => void) {
  const [isBusy, setIsBusy] = useState(false)
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null)
  const undo = useUndo()
  const toast = useToast()
  useLiveEvent('undo', ({ done, total }) => {
    if (isBusy) setProgress({ done, total })
  })
  const run = (expectRevision: number, comment: string) => {
    setIsBusy(true)
    undo
      .many({ select, together, expectRevision }, comment)
      .then(
        ({ undone, revision }) => {
          onClose()
          toast({ message: `${title}: ${plural(undone, 'change')} undone`, undo: () => undo.revision(revision) })
        },
        (error: unknown) => toast({ message: `Not undone: ${messageOf(error)}`, isError: true }),
      )
      .finally(() => setIsBusy(false))
  }
  return { isBusy, progress, run }
}

/** What becomes of one, and of several. */
const WAYS_BACK = {
  create: ['comes back', 'come back'],
  import: ['comes back', 'come back'],
  update: ['goes back to what it was', 'go back to what they were'],
  delete: ['goes away', 'go away'],
} as const

const SAME_IN_PLURAL = /ss$|settings|search$/

function wayBack(entity: string, operation: keyof typeof WAYS_BACK, count: number): string {
  const [one, many] = WAYS_BACK[operation]
  if (count === 1) return `${entity} ${one}`
  return `${SAME_IN_PLURAL.test(entity) ? entity : `${entity}s`} ${many}`
}

function Verdict({ preview: { changes, counts, conflicts } }: { readonly preview: UndoPreview }) {
  if (conflicts.length > 0)
    return (
      <div className={styles.conflicts} role="alert">
        <p>{plural(conflicts.length, 'change')} cannot be undone like this, so none is:</p>
        <ul>
          {conflicts.map(({ change, reason }) => (
            <li key={change.id}>
              <bdi>{change.summary}</bdi> ({change.actor}): {reason}
            </li>
          ))}
        </ul>
      </div>
    )
  if (changes === 0) return <p className={styles.meta}>There is nothing to undo.</p>
  return (
    <ul className={styles.counts}>
      {counts.map(({ entity, operation, count }) => (
        <li key={`${entity} ${operation}`}>
          <strong>{count}</strong> {wayBack(entity, operation, count)}
        </li>
      ))}
    </ul>
  )
}

function Skipped({ preview: { skipped } }: { readonly preview: UndoPreview }) {
  if (skipped.length === 0) return null
  return (
    <details className={styles.skipped}>
      <summary>{plural(skipped.length, 'change')} stay as they are</summary>
      <ul>
        {skipped.map(({ change, reason }) => (
          <li key={change.id}>
            <bdi>{change.summary}</bdi> ({change.actor}): {reason}
          </li>
        ))}
      </ul>
    </details>
  )
}
