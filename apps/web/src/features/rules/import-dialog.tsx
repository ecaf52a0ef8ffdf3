/** Import of rules: paste or choose a file, see what would come of it, then do it. */
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { Facts } from '../../ui/facts.tsx'
import { TextArea, TextInput } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { RejectedTable } from '../../ui/rejected-table.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { type Imported, useImportRules } from './change-rules.ts'
import { ImportProgress } from './import-progress.tsx'
import styles from './rules.module.css'

interface ImportDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function ImportDialog({ isOpen, onClose }: ImportDialogProps) {
  const [text, setText] = useState('')
  const [comment, setComment] = useState('')
  const [trial, setTrial] = useState<Imported | null>(null)
  // Of the request that runs; a check can be broken off, what is being stored is stored to its end.
  const [running, setRunning] = useState<{ readonly key: string; readonly stop: AbortController } | null>(null)
  const run = useImportRules()
  const undo = useUndo()
  const toast = useToast()
  const change = (next: string) => {
    setText(next)
    setTrial(null)
    run.reset()
  }
  const start = (dryRun: boolean, onSuccess: (result: Imported) => void) => {
    const next = { key: String(Math.random()), stop: new AbortController() }
    setRunning(next)
    run.mutate(
      {
        text,
        dryRun,
        ...(comment.trim() !== '' && { comment: comment.trim() }),
        progressKey: next.key,
        ...(dryRun && { signal: next.stop.signal }),
      },
      {
        onSuccess,
        onError: (error) => {
          if (error instanceof DOMException && error.name === 'AbortError') run.reset()
        },
        onSettled: () => setRunning(null),
      },
    )
  }
  const imported = (result: Imported) => {
    toast({
      message: `${plural(result.added, 'rule')} added, ${result.applied ? 'in effect' : 'taken when the resolver is back'}`,
      ...(result.added > 0 && { undo: () => undo.revision(result.revision) }),
    })
    change('')
    onClose()
  }
  const isChecking = run.isPending && trial === null
  return (
    <Drawer
      isOpen={isOpen}
      onClose={onClose}
      isWide
      title="Import rules"
      footer={
        <>
          {isChecking ? (
            <Button onClick={() => running?.stop.abort()}>Stop checking</Button>
          ) : (
            <Button onClick={onClose}>{run.isPending ? 'Close; it goes on' : 'Cancel'}</Button>
          )}
          <Button onClick={() => start(true, setTrial)} disabled={text.trim() === ''} isBusy={isChecking}>
            Check
          </Button>
          <Button
            variant="strong"
            onClick={() => start(false, imported)}
            disabled={!trial || trial.added === 0}
            isBusy={run.isPending && trial !== null}
          >
            {trial ? `Import ${plural(trial.added, 'rule')}` : 'Import'}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextArea
          label="Lines"
          isMono
          rows={12}
          placeholder={
            '||ads.example.org^\n@@||cdn.example.org^\n192.0.2.80 nas.example.org\nserver=/corp.example.org/192.0.2.53'
          }
          help="Hosts lines, names, *.name, adblock, dnsmasq, Unbound and RPZ lines, mixed as they come."
          value={text}
          onChange={change}
        />
        <FileButton
          label="Read from a file"
          onText={change}
          onError={(error) => toast({ message: `File not read: ${messageOf(error)}`, isError: true })}
        />
        <TextInput label="Comment for all of them" value={comment} onChange={setComment} maxLength={1000} />
        {run.isPending && running && <ImportProgress key={running.key} progressKey={running.key} />}
        {run.error && <ErrorState what="The import was refused" error={run.error} />}
        {trial && <TrialResult result={trial} />}
      </div>
    </Drawer>
  )
}

/** Once: below long lines the result may be beyond the edge of the drawer. */
const comeIntoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' })

function TrialResult({ result }: { readonly result: Imported }) {
  return (
    <section aria-label="Result of the check" ref={comeIntoView}>
      <Facts
        facts={[
          ['Rules to add', result.added.toLocaleString('en')],
          ['There already', result.duplicates.toLocaleString('en')],
          ['Not for DNS', result.ignored.toLocaleString('en')],
          ['Not understood', result.rejectedCount.toLocaleString('en')],
        ]}
      />
      <RejectedTable lines={result.rejected} total={result.rejectedCount} />
    </section>
  )
}
