/** Import of rules: paste or choose a file, see what would come of it, then do it. */
import { useState } from 'react'
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
import styles from './rules.module.css'

interface ImportDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function ImportDialog({ isOpen, onClose }: ImportDialogProps) {
  const [text, setText] = useState('')
  const [comment, setComment] = useState('')
  const [trial, setTrial] = useState<Imported | null>(null)
  const run = useImportRules()
  const toast = useToast()
  const change = (next: string) => {
    setText(next)
    setTrial(null)
    run.reset()
  }
  const request = { text, ...(comment.trim() !== '' && { comment: comment.trim() }) }
  const doImport = () =>
    run.mutate(
      { ...request, dryRun: false },
      {
        onSuccess: (result) => {
          toast({
            message: `${plural(result.added, 'rule')} added, ${result.applied ? 'in effect' : 'taken when the resolver is back'}`,
          })
          change('')
          onClose()
        },
      },
    )
  return (
    <Drawer
      isOpen={isOpen}
      onClose={onClose}
      isWide
      title="Import rules"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            onClick={() => run.mutate({ ...request, dryRun: true }, { onSuccess: setTrial })}
            disabled={text.trim() === ''}
            isBusy={run.isPending && trial === null}
          >
            Check
          </Button>
          <Button
            variant="strong"
            onClick={doImport}
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
        {run.error && <ErrorState what="The import was refused" error={run.error} />}
        {trial && <TrialResult result={trial} />}
      </div>
    </Drawer>
  )
}

function TrialResult({ result }: { readonly result: Imported }) {
  return (
    <section aria-label="Result of the check">
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
