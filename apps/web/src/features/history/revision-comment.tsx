/** What was said about a revision; anybody who may change things can say it afterwards. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Change } from '../../lib/api/changes.ts'
import { messageOf } from '../../lib/api-error.ts'
import { http } from '../../lib/http.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { useToast } from '../../ui/toast.tsx'
import styles from './history.module.css'

export function RevisionComment({ change, mayEdit }: { readonly change: Change; readonly mayEdit: boolean }) {
  const [draft, setDraft] = useState<string | null>(null)
  const client = useQueryClient()
  const toast = useToast()
  const save = useMutation({
    mutationFn: (comment: string) => http.patch(`/revisions/${change.revision}`, { comment }),
    onSuccess: () => {
      setDraft(null)
      void client.invalidateQueries({ queryKey: ['changes'] })
    },
    onError: (error) => toast({ message: `Comment not saved: ${messageOf(error)}`, isError: true }),
  })
  if (draft === null)
    return (
      <p className={styles.said}>
        {change.comment !== null && <q>{change.comment}</q>}
        {mayEdit && (
          <Button size="small" variant="ghost" onClick={() => setDraft(change.comment ?? '')}>
            {change.comment === null ? 'Add a comment' : 'Edit the comment'}
          </Button>
        )}
      </p>
    )
  return (
    <form
      className={styles.said}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(draft)
      }}
    >
      <TextInput label="Comment" value={draft} onChange={setDraft} maxLength={1000} data-autofocus />
      <Button type="submit" size="small" isBusy={save.isPending}>
        Save comment
      </Button>
      <Button size="small" variant="ghost" onClick={() => setDraft(null)}>
        Cancel
      </Button>
    </form>
  )
}
