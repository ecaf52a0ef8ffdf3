/** What can be done about one finding: switch off, delete, look at. Each act can be taken back. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { useToast } from '../../ui/toast.tsx'
import { type Operation, useRemedy } from './report-api.ts'
import styles from './reports.module.css'

interface FindingActionsProps {
  readonly kind: 'rule' | 'list'
  readonly id: number
  /** Named in messages and to screen readers. */
  readonly name: string
}

export function FindingActions({ kind, id, name }: FindingActionsProps) {
  const [done, setDone] = useState<Operation>()
  const remedy = useRemedy()
  const undo = useUndo()
  const toast = useToast()
  const act = async (operation: Operation) => {
    try {
      const { revision } =
        kind === 'rule'
          ? await remedy.rule.mutateAsync({ ids: [id], operation })
          : await remedy.list.mutateAsync({ id, operation })
      setDone(operation)
      const takeBack = async () => {
        if (kind === 'list' && operation === 'delete') await remedy.restoreList.mutateAsync(id)
        else await undo.revision(revision)
        await remedy.refresh()
        setDone(undefined)
      }
      toast({ message: `${name} ${operation === 'delete' ? 'deleted' : 'is off'}`, undo: takeBack })
    } catch (error) {
      toast({ message: `Not changed: ${messageOf(error)}`, isError: true })
    }
  }
  if (done) return <span className={styles.quiet}>{done === 'delete' ? 'deleted' : 'off'}</span>
  const isBusy = remedy[kind].isPending
  return (
    <span className={styles.actions}>
      {kind === 'rule' ? (
        <Link className={styles.link} to="/rules" search={{ edit: id }} aria-label={`Open ${name}`}>
          Open
        </Link>
      ) : (
        <Link className={styles.link} to="/lists" search={{ open: id }} aria-label={`Open ${name}`}>
          Open
        </Link>
      )}
      <Button size="small" disabled={isBusy} onClick={() => void act('disable')} aria-label={`Switch off ${name}`}>
        Switch off
      </Button>
      <Button
        size="small"
        variant="danger"
        disabled={isBusy}
        onClick={() => void act('delete')}
        aria-label={`Delete ${name}`}
      >
        Delete
      </Button>
    </span>
  )
}
