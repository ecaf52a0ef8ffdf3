/** A policy file: read in, its plan shown, then put in place. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { PolicyPlan } from '@weir/shared/contract/policy'
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/drawer.tsx'
import { TextArea, TextInput } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import styles from './history.module.css'
import { StepList } from './step-list.tsx'

export function ImportPolicy({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [comment, setComment] = useState('')
  const plan = useMutation({
    mutationFn: (file: string) => http.post<PolicyPlan>('/policy/plan', { text: file }),
  })
  const apply = useApply(text, comment, onClose)
  const read = (file: string) => {
    setText(file)
    plan.reset()
    apply.reset()
    if (file.trim() !== '') plan.mutate(file)
  }
  const changes = plan.data ? plan.data.create + plan.data.update + plan.data.delete : 0
  return (
    <Dialog
      isOpen
      size={720}
      onClose={onClose}
      title="Import a policy"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {plan.data ? (
            <Button
              variant="strong"
              disabled={changes === 0}
              isBusy={apply.isPending}
              onClick={() => apply.mutate(plan.data.revision)}
            >
              {changes === 0 ? 'Nothing to apply' : `Apply ${plural(changes, 'change')}`}
            </Button>
          ) : (
            <Button
              variant="strong"
              disabled={text.trim() === ''}
              isBusy={plan.isPending}
              onClick={() => plan.mutate(text)}
            >
              Show the plan
            </Button>
          )}
        </>
      }
    >
      <p className={styles.meta}>
        A section that the file has is taken whole: what it leaves out is deleted. Sections that it does not have stay
        as they are. Nothing changes before you have seen the plan.
      </p>
      <FileButton label="Choose a file" onText={read} />
      <TextArea
        label="Or its text"
        isMono
        rows={plan.data ? 4 : 10}
        placeholder={'weir: 1\nrules:\n  - |\n    ||ads.example^'}
        value={text}
        onChange={(value) => {
          setText(value)
          plan.reset()
          apply.reset()
        }}
      />
      {plan.error && <Faults error={plan.error} />}
      {apply.error && <ErrorState what="Not applied, and nothing has changed" error={apply.error} />}
      {plan.data && <Plan plan={plan.data} />}
      {plan.data && changes > 0 && (
        <TextInput label="Comment (optional)" value={comment} onChange={setComment} maxLength={1000} />
      )}
    </Dialog>
  )
}

function useApply(text: string, comment: string, onClose: () => void) {
  const client = useQueryClient()
  const toast = useToast()
  const undo = useUndo()
  return useMutation({
    mutationFn: (expectRevision: number) =>
      http.post<PolicyPlan & { applied: boolean }>('/policy/apply', { text, expectRevision }, { comment }),
    onSuccess: ({ create, update, delete: gone, revision }) => {
      void client.invalidateQueries()
      onClose()
      toast({
        message: `Policy in place: ${create} added, ${update} changed, ${gone} deleted`,
        undo: () => undo.revision(revision),
      })
    },
  })
}

function Plan({ plan }: { readonly plan: PolicyPlan }) {
  const { create, update, delete: gone, steps, sections } = plan
  return (
    <>
      <p role="status" className={styles.verdict}>
        {create + update + gone === 0
          ? `The file says what is in place already (${sections.join(', ') || 'no section'})`
          : `Plan: ${create} to add, ${update} to change, ${gone} to delete`}
      </p>
      <StepList steps={steps} total={create + update + gone} />
    </>
  )
}

/** Each with its line. */
function Faults({ error }: { readonly error: unknown }) {
  if (!(error instanceof ApiError) || error.errors.length === 0)
    return <ErrorState what="The file cannot be used" error={error} />
  return (
    <div className={styles.conflicts} role="alert">
      <p>{plural(error.errors.length, 'fault')} in the file; nothing has changed:</p>
      <ul>
        {error.errors.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            {message}
            {field !== 'text' && <small> ({field})</small>}
          </li>
        ))}
      </ul>
      {error.errors.length === 0 && messageOf(error)}
    </div>
  )
}
