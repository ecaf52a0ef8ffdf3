/** What can be done with the rules that are selected; stands in place of the filters meanwhile. */
import type { Rule } from '@weir/shared/contract/rules'
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/drawer.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useBulk } from './change-rules.ts'
import styles from './rules.module.css'

interface BulkBarProps {
  readonly selected: readonly Rule[]
  readonly onDone: () => void
}

export function BulkBar({ selected, onDone }: BulkBarProps) {
  const [isAsking, setIsAsking] = useState(false)
  const bulk = useBulk()
  const undo = useUndo()
  const toast = useToast()
  const ids = selected.map((rule) => rule.id)
  const fail = (error: unknown) => toast({ message: `Nothing changed: ${messageOf(error)}`, isError: true })

  // Promises, not callbacks of `mutate`: rows that go take this bar with them, maybe before the answer comes.
  const turn = (enabled: boolean) => {
    const operation = enabled ? 'enable' : 'disable'
    void bulk.mutateAsync({ ids, operation }).then(({ changed, revision }) => {
      onDone()
      const message = `${plural(changed, 'rule')} switched ${enabled ? 'on' : 'off'}`
      toast(changed > 0 ? { message, undo: () => undo.revision(revision) } : { message })
    }, fail)
  }
  const remove = () =>
    void bulk.mutateAsync({ ids, operation: 'delete' }).then(({ changed, revision }) => {
      setIsAsking(false)
      onDone()
      toast({ message: `${plural(changed, 'rule')} deleted`, undo: () => undo.revision(revision) })
    }, fail)

  return (
    <div className={styles.bulk} role="toolbar" aria-label="Selected rules">
      <strong>{plural(selected.length, 'rule')} selected</strong>
      <Button size="small" onClick={() => turn(true)} disabled={bulk.isPending}>
        Switch on
      </Button>
      <Button size="small" onClick={() => turn(false)} disabled={bulk.isPending}>
        Switch off
      </Button>
      <Button size="small" variant="danger" onClick={() => setIsAsking(true)} disabled={bulk.isPending}>
        Delete
      </Button>
      <Button size="small" variant="ghost" onClick={onDone}>
        Clear the selection
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete ${plural(selected.length, 'rule')}?`}
        confirmLabel={`Delete ${plural(selected.length, 'rule')}`}
        onConfirm={remove}
        isBusy={bulk.isPending}
      >
        {selected
          .slice(0, 3)
          .map((rule) => rule.pattern)
          .join(', ')}
        {selected.length > 3 && ` and ${selected.length - 3} more`} {selected.length === 1 ? 'stops' : 'stop'} acting at
        once. You can undo it for ten seconds here, and later in the history.
      </ConfirmDialog>
    </div>
  )
}
