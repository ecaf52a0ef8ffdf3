/** The question: which name, which type, asked by whom. */
import { type FormEvent, useEffect, useState } from 'react'
import { ApiError } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import styles from './explain.module.css'
import type { ExplainSearch } from './explain-search.ts'
import { localTime } from './explain-words.ts'

interface ExplainFormProps {
  readonly search: ExplainSearch
  readonly error: unknown
  readonly isBusy: boolean
  readonly onAsk: (search: ExplainSearch) => void
}

export function ExplainForm({ search, error, isBusy, onAsk }: ExplainFormProps) {
  const [draft, setDraft] = useState(search)
  useEffect(() => setDraft(search), [search])
  const errors = error instanceof ApiError ? error.fieldErrors : {}
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onAsk({
      name: draft.name?.trim() || undefined,
      type: draft.type?.trim().toUpperCase() || undefined,
      client: draft.client?.trim() || undefined,
      at: draft.at,
    })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        label="Name"
        isMono
        autoFocus
        placeholder="www.example.org"
        value={draft.name ?? ''}
        onChange={(name) => setDraft({ ...draft, name })}
        error={errors['name']}
      />
      <TextInput
        label="Type"
        isMono
        placeholder="A"
        value={draft.type ?? ''}
        onChange={(type) => setDraft({ ...draft, type })}
        error={errors['type']}
      />
      <TextInput
        label="Client"
        isMono
        placeholder="127.0.0.1, or id:tablet"
        value={draft.client ?? ''}
        onChange={(client) => setDraft({ ...draft, client })}
        error={errors['client'] ?? errors['clientId']}
      />
      <TextInput
        label="When"
        type="datetime-local"
        step={1}
        value={draft.at === undefined ? '' : localTime(draft.at)}
        onChange={(text) => setDraft({ ...draft, at: text === '' ? undefined : new Date(text).getTime() })}
        error={errors['at']}
        help={draft.at === undefined ? 'Empty: by the policy of now.' : 'By the policy of that moment.'}
      />
      <Button type="submit" variant="strong" className={styles.ask} isBusy={isBusy}>
        Ask
      </Button>
    </form>
  )
}
