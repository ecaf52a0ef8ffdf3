/** A change to try: a rule, a list by its URL, or a list switched on or off. */
import { useQuery } from '@tanstack/react-query'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { type FormEvent, useState } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { safeSearchQuery } from '../../lib/api/services.ts'
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
  ['safe-search', 'Switch safe search on or off'],
]

const EMPTY: DraftFields = { kind: 'block', text: '', listId: '', engineId: '' }

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
  const { data: engines } = useQuery(safeSearchQuery)
  const [fields, setFields] = useState(tried ?? EMPTY)
  const [shown, setShown] = useState(tried)
  // Back, forward and links bring another draft; what is typed stays until then.
  if (tried && JSON.stringify(tried) !== JSON.stringify(shown)) {
    setShown(tried)
    setFields(tried)
  }
  const { kind, text, listId, engineId } = fields
  const listed = lists?.items ?? []
  const list = listed.find(({ id }) => String(id) === listId) ?? listed[0]
  const searched = engines?.items ?? []
  const engine = searched.find(({ id }) => id === engineId) ?? searched[0]
  const change = changeOf({ kind, text: text.trim() }, list, engine)
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
      <Subject fields={fields} lists={listed} engines={searched} error={error} onChange={setFields} />
      <div className={styles.buttons}>
        <Button type="submit" variant="strong" disabled={!change} isBusy={isBusy}>
          Try
        </Button>
        {isBusy && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  )
}

interface SubjectProps {
  readonly fields: DraftFields
  readonly lists: readonly Switchable[]
  readonly engines: readonly Switchable[]
  readonly error: string | undefined
  readonly onChange: (fields: DraftFields) => void
}

interface Switchable {
  readonly id: number | string
  readonly name: string
  readonly enabled: boolean
}

const optionOf = ({ id, name, enabled }: Switchable) =>
  [String(id), `${name}: switch ${enabled ? 'off' : 'on'}`] as const

/** What is tried: a name, a list, or an engine. */
function Subject({ fields, lists, engines, error, onChange }: SubjectProps) {
  const { kind, text, listId, engineId } = fields
  const setText = (next: string) => onChange({ ...fields, text: next })
  switch (kind) {
    case 'list-switch':
      return (
        <SelectInput
          label="List"
          value={listId || String(lists[0]?.id ?? '')}
          onChange={(next) => onChange({ ...fields, listId: next })}
          options={lists.map(optionOf)}
        />
      )
    case 'safe-search':
      return (
        <SelectInput
          label="Search engine"
          value={engineId || String(engines[0]?.id ?? '')}
          onChange={(next) => onChange({ ...fields, engineId: next })}
          options={engines.map(optionOf)}
        />
      )
    case 'list-text':
      return <TextArea label="Lines" isMono rows={4} value={text} onChange={setText} error={error} />
    default:
      return (
        <TextInput
          label={kind === 'list-url' ? 'URL' : 'Name and everything below it'}
          isMono
          placeholder={kind === 'list-url' ? 'https://lists.example.org/hosts.txt' : 'example.org'}
          value={text}
          onChange={setText}
          error={error}
        />
      )
  }
}
