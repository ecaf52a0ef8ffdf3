/** One client entry in the side drawer. */
import { useQuery } from '@tanstack/react-query'
import { clientKind, parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { Client } from '@weir/shared/contract/clients'
import { useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError } from '../../lib/api-error.ts'
import { holdsForClient } from '../../lib/override-scope.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { OverridesState, RunningOverrides } from '../../ui/running-overrides.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useDeleteClient, useSaveClient } from './change-clients.ts'
import { ClientActivityPanel } from './client-activity.tsx'
import styles from './clients.module.css'

interface ClientEditorProps {
  /** Without an id: a new one. */
  readonly client: Partial<Client>
  readonly onClose: () => void
}

const KIND_WORDS = {
  address: 'one address',
  prefix: 'every address in it; a longer prefix, or an address alone, counts before it',
  'client-id': 'queries with this client id, over DNS over HTTPS or over TLS',
  'reverse-name': 'the addresses whose name (PTR) this is',
} as const

export function ClientEditor({ client: given, onClose }: ClientEditorProps) {
  // Read anew meanwhile, it would pass for what this form was made from.
  const [client] = useState(given)
  const groups = useQuery(groupsQuery).data?.items ?? []
  const [draft, setDraft] = useState({
    identifier: client.identifier ?? '',
    name: client.name ?? '',
    groupId: client.groupId ?? null,
    tags: client.tags?.join(' ') ?? '',
    comment: client.comment ?? '',
  })
  // Of an entry that there is, everything is known.
  const base = client.id === undefined ? null : (client as Client)
  const save = useSaveClient()
  const remove = useDeleteClient()
  const toast = useToast()
  const undo = useUndo()
  const identifier = parseClientIdentifier(draft.identifier)
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {}
  const groupId = draft.groupId ?? groups.find(({ isDefault }) => !isDefault)?.id ?? groups[0]?.id
  const tags = draft.tags.split(/[\s,]+/).filter((tag) => tag !== '')
  const submit = () =>
    groupId !== undefined &&
    save.mutate(
      {
        base,
        onTheirs: onClose,
        input: { identifier: draft.identifier, name: draft.name, groupId, tags, comment: draft.comment },
      },
      {
        onSuccess: (saved) => {
          onClose()
          toast({
            message: [`Client ${saved.name || saved.identifier} saved`, ...saved.notes.map(sentence)].join('. '),
            undo: () => undo.revision(saved.revision),
          })
        },
      },
    )
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={client.id === undefined ? 'New client' : `Client ${client.name || client.identifier}`}
      footer={
        <>
          {base && (
            <Button
              variant="danger"
              className={styles.spread}
              isBusy={remove.isPending}
              onClick={() => base && remove.mutate(base, { onSuccess: onClose })}
            >
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="strong" onClick={submit} disabled={!identifier.ok} isBusy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {client.identifier !== undefined && (
          <>
            <OverridesState />
            <RunningOverrides holds={holdsForClient(client.identifier, client.groupId)} />
          </>
        )}
        <TextInput
          label="Known by"
          isMono
          data-autofocus
          value={draft.identifier}
          onChange={(value) => setDraft({ ...draft, identifier: value })}
          placeholder="192.0.2.17"
          help={
            identifier.ok
              ? `Means ${KIND_WORDS[clientKind(identifier.value)]}.`
              : 'An address, a prefix such as 192.0.2.64/26, id: and a client id, or name: and the name that PTR gives.'
          }
          error={errors['identifier'] ?? (draft.identifier !== '' && !identifier.ok ? identifier.error : undefined)}
        />
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          maxLength={100}
          placeholder="Tablet"
          error={errors['name']}
        />
        <SelectInput
          label="Group"
          value={String(groupId ?? '')}
          options={groups.map(({ id, name }) => [String(id), name] as const)}
          onChange={(id) => setDraft({ ...draft, groupId: Number(id) })}
          error={errors['groupId']}
        />
        <TextInput
          label="Tags"
          isMono
          value={draft.tags}
          onChange={(value) => setDraft({ ...draft, tags: value })}
          help="For rules with $ctag, besides the tag of its group; spaces between them."
          error={Object.entries(errors).find(([field]) => field.startsWith('tags'))?.[1]}
        />
        <TextInput
          label="Comment"
          value={draft.comment}
          onChange={(comment) => setDraft({ ...draft, comment })}
          maxLength={1000}
          error={errors['comment']}
        />
        {client.notes?.map((note) => (
          <p key={note} className={styles.note}>
            {note}
          </p>
        ))}
        {client.identifier !== undefined && isAsker(client.identifier) && (
          <ClientActivityPanel client={client.identifier} />
        )}
        {save.error && Object.keys(errors).length === 0 && <ErrorState isAtEnd what="Not saved" error={save.error} />}
      </div>
    </Drawer>
  )
}

const sentence = (note: string): string => `${note[0]?.toUpperCase()}${note.slice(1)}`

/** What the log knows queries by; a prefix and a reverse name stand for several. */
const isAsker = (identifier: string): boolean => ['address', 'client-id'].includes(clientKind(identifier))
