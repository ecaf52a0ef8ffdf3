/** A change to try: a rule, a list by its URL, or a list switched on or off. */
import { useQuery } from '@tanstack/react-query'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { type FormEvent, useState } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import styles from './what-if.module.css'

type Kind = 'block' | 'allow' | 'list-url' | 'list-text' | 'list-switch'

const KINDS: readonly (readonly [Kind, string])[] = [
  ['block', 'Block a name'],
  ['allow', 'Allow a name'],
  ['list-url', 'Add a list by its URL'],
  ['list-text', 'Add a pasted list'],
  ['list-switch', 'Switch a list on or off'],
]

interface WhatIfFormProps {
  readonly isBusy: boolean
  readonly onTry: (changes: readonly DraftChange[]) => void
  readonly onCancel: () => void
}

export function WhatIfForm({ isBusy, onTry, onCancel }: WhatIfFormProps) {
  const { data: lists } = useQuery(listsQuery)
  const [kind, setKind] = useState<Kind>('block')
  const [text, setText] = useState('')
  const [listId, setListId] = useState('')
  const listed = lists?.items ?? []
  const list = listed.find(({ id }) => String(id) === listId) ?? listed[0]
  const change = changeOf(kind, text.trim(), list)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (change) onTry([change])
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <SelectInput label="What if I" value={kind} onChange={setKind} options={KINDS} />
      {kind === 'list-switch' ? (
        <SelectInput
          label="List"
          value={list ? String(list.id) : ''}
          onChange={setListId}
          options={listed.map(({ id, name, enabled }) => [String(id), `${name}: switch ${enabled ? 'off' : 'on'}`])}
        />
      ) : kind === 'list-text' ? (
        <TextArea label="Lines" isMono rows={4} value={text} onChange={setText} />
      ) : (
        <TextInput
          label={kind === 'list-url' ? 'URL' : 'Name and everything below it'}
          isMono
          placeholder={kind === 'list-url' ? 'https://lists.example.org/hosts.txt' : 'example.org'}
          value={text}
          onChange={setText}
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

function changeOf(
  kind: Kind,
  text: string,
  list: { readonly id: number; readonly enabled: boolean } | undefined,
): DraftChange | null {
  if (kind === 'list-switch') return list ? { kind: 'list', id: list.id, enabled: !list.enabled } : null
  if (text === '') return null
  if (kind === 'list-url') return { kind: 'list', name: text, url: text }
  if (kind === 'list-text') return { kind: 'list', name: 'the pasted list', text }
  return { kind: 'rule', rule: { action: kind, match: 'suffix', pattern: text } }
}
