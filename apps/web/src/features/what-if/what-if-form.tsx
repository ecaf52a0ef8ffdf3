/** A change to try: a rule, a list by its URL, or a list switched on or off. */
import { useQuery } from '@tanstack/react-query'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { type FormEvent, useState } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import { changeOf, type DraftFields, type DraftKind } from './draft-form.ts'
import styles from './what-if.module.css'

const KINDS: readonly (readonly [DraftKind, string])[] = [
  ['block', 'Block a name'],
  ['allow', 'Allow a name'],
  ['list-url', 'Add a list by its URL'],
  ['list-text', 'Add a pasted list'],
  ['list-switch', 'Switch a list on or off'],
]

const EMPTY: DraftFields = { kind: 'block', text: '', listId: '' }

interface WhatIfFormProps {
  /** What is tried now, where the form has fields for it. */
  readonly tried: DraftFields | null
  readonly error: string | undefined
  readonly isBusy: boolean
  readonly onTry: (changes: readonly DraftChange[]) => void
  readonly onCancel: () => void
}

export function WhatIfForm({ tried, error, isBusy, onTry, onCancel }: WhatIfFormProps) {
  const { data: lists } = useQuery(listsQuery)
  const [fields, setFields] = useState(tried ?? EMPTY)
  const [shown, setShown] = useState(tried)
  // Back, forward and links bring another draft; what is typed stays until then.
  if (tried && JSON.stringify(tried) !== JSON.stringify(shown)) {
    setShown(tried)
    setFields(tried)
  }
  const { kind, text, listId } = fields
  const setText = (next: string) => setFields({ ...fields, text: next })
  const listed = lists?.items ?? []
  const list = listed.find(({ id }) => String(id) === listId) ?? listed[0]
  const change = changeOf({ kind, text: text.trim() }, list)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (change) onTry([change])
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <SelectInput
        label="What if I"
        value={kind}
        onChange={(next) => setFields({ ...fields, kind: next })}
        options={KINDS}
      />
      {kind === 'list-switch' ? (
        <SelectInput
          label="List"
          value={list ? String(list.id) : ''}
          onChange={(next) => setFields({ ...fields, listId: next })}
          options={listed.map(({ id, name, enabled }) => [String(id), `${name}: switch ${enabled ? 'off' : 'on'}`])}
        />
      ) : kind === 'list-text' ? (
        <TextArea label="Lines" isMono rows={4} value={text} onChange={setText} error={error} />
      ) : (
        <TextInput
          label={kind === 'list-url' ? 'URL' : 'Name and everything below it'}
          isMono
          placeholder={kind === 'list-url' ? 'https://lists.example.org/hosts.txt' : 'example.org'}
          value={text}
          onChange={setText}
          error={error}
        />
      )}
      <div className={styles.buttons}>
        <Button type="submit" variant="strong" disabled={!change} isBusy={isBusy}>
          Try
        </Button>
        {isBusy && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  )
}
