/** Switches off or deletes all rules of one group of findings, and takes it back. */
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/drawer.tsx'
import { useToast } from '../../ui/toast.tsx'
import { type Operation, useRemedy } from './report-api.ts'
import styles from './reports.module.css'

interface AllRulesActionsProps {
  /** Of the group. */
  readonly title: string
  readonly rules: readonly { readonly id: number; readonly text: string }[]
  /** False: the group has further rules, which are not listed. */
  readonly isEach: boolean
  /** What was done with them. */
  readonly done: Operation | undefined
  /** undefined: it was taken back. */
  readonly onDone: (operation: Operation | undefined) => void
}

export function AllRulesActions({ title, rules, isEach, done, onDone }: AllRulesActionsProps) {
  const [isAsking, setIsAsking] = useState(false)
  const { rule: remedy, refresh } = useRemedy()
  const undo = useUndo()
  const toast = useToast()
  const ids = rules.map(({ id }) => id)
  const act = async (operation: Operation) => {
    try {
      const { revision, changed } = await remedy.mutateAsync({ ids, operation })
      onDone(operation)
      const takeBack = async () => {
        await undo.revision(revision)
        await refresh()
        onDone(undefined)
      }
      const message = `${plural(changed, 'rule')} ${operation === 'delete' ? 'deleted' : 'switched off'}`
      toast(changed > 0 ? { message, undo: takeBack } : { message })
    } catch (error) {
      toast({ message: `Nothing changed: ${messageOf(error)}`, isError: true })
    }
    setIsAsking(false)
  }
  if (done) return <span className={styles.quiet}>All {done === 'delete' ? 'deleted' : 'switched off'}</span>
  const which = `${isEach ? 'all' : 'the first'} ${formatCount(rules.length)}`
  return (
    <>
      <Button size="small" disabled={remedy.isPending} onClick={() => void act('disable')}>
        Switch off {which}
      </Button>
      <Button size="small" variant="danger" disabled={remedy.isPending} onClick={() => setIsAsking(true)}>
        Delete {which}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete ${plural(rules.length, 'rule')}?`}
        confirmLabel={`Delete ${plural(rules.length, 'rule')}`}
        onConfirm={() => void act('delete')}
        isBusy={remedy.isPending}
      >
        {title}: {rules[0]!.text} and {formatCount(rules.length - 1)} more. You can undo it for ten seconds here, and
        later in the history.
      </ConfirmDialog>
    </>
  )
}
