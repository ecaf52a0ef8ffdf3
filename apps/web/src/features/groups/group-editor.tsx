/** One group in the side drawer: its name, its clients by address or prefix. */
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { GroupCollection } from '@weir/shared/contract/groups'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { useState } from 'react'
import type { z } from 'zod'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { holdsForGroup } from '../../lib/override-scope.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog, Drawer } from '../../ui/drawer.tsx'
import { TextArea, TextInput } from '../../ui/field.tsx'
import { OverridesState, RunningOverrides } from '../../ui/running-overrides.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useDeleteGroup, useSaveGroup } from './change-groups.ts'
import { GroupPolicyView } from './group-policy.tsx'
import styles from './groups.module.css'
import { type OwnDraft, OwnFields, upstreamsOf } from './own-fields.tsx'

/** Null while nothing is otherwise. */
function changesOf(base: Group | null, clients: readonly string[], draft: GroupDraft): readonly DraftChange[] | null {
  const own = { answer: draft.answer, schedule: draft.schedule, upstreams: upstreamsOf(draft) }
  const now = { answer: base?.answer ?? null, schedule: base?.schedule ?? null, upstreams: base?.upstreams ?? null }
  const isMoved = clients.join() !== (base?.clients ?? []).join()
  if (!isMoved && JSON.stringify(own) === JSON.stringify(now)) return null
  if (base?.isDefault) return [{ kind: 'group', id: base.id, answer: own.answer }]
  return [{ kind: 'group', ...(base && { id: base.id }), ...(isMoved && { clients: [...clients] }), ...own }]
}

export type Group = z.infer<typeof GroupCollection>['items'][number]

type GroupDraft = OwnDraft & Pick<Group, 'answer'>

interface GroupEditorProps {
  /** null: a new one. */
  readonly group: Group | null
  readonly onClose: () => void
}

export function GroupEditor({ group, onClose }: GroupEditorProps) {
  const [draft, setDraft] = useState({
    name: group?.name ?? '',
    comment: group?.comment ?? '',
    clients: group?.clients.join('\n') ?? '',
    answer: group?.answer ?? null,
    schedule: group?.schedule ?? null,
    logPrivacy: group?.logPrivacy ?? null,
    servers: group?.upstreams?.servers.join('\n') ?? '',
    strategy: group?.upstreams?.strategy ?? 'failover',
  })
  // Read anew meanwhile, it would pass for what this form was made from.
  const [base] = useState(group)
  const [isAsking, setIsAsking] = useState(false)
  const save = useSaveGroup()
  const remove = useDeleteGroup()
  const toast = useToast()
  const undo = useUndo()
  const clients = draft.clients.split(/[\s,]+/).filter((client) => client !== '')
  const wrong = clients.find((client) => !parseClientIdentifier(client).ok)
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {}
  const clientsError =
    wrong === undefined
      ? Object.entries(errors).find(([field]) => field.startsWith('clients'))?.[1]
      : `'${wrong}' is no address, prefix such as 192.0.2.0/24, client id such as id:tablet or reverse name such as name:tablet.example`
  const done = (message: string, revision: number) => {
    onClose()
    toast({ message, undo: () => undo.revision(revision) })
  }
  const submit = () =>
    save.mutate(
      {
        base,
        onTheirs: onClose,
        input: {
          name: draft.name.trim(),
          comment: draft.comment,
          answer: draft.answer,
          logPrivacy: draft.logPrivacy,
          ...(!group?.isDefault && { clients, schedule: draft.schedule, upstreams: upstreamsOf(draft) }),
        },
      },
      { onSuccess: ({ revision }) => done(`Group ${draft.name.trim()} saved`, revision) },
    )
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={group ? `Group ${group.name}` : 'New group'}
      footer={
        <>
          {group && !group.isDefault && (
            <Button variant="danger" className={styles.spread} onClick={() => setIsAsking(true)}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="strong"
            onClick={submit}
            disabled={draft.name.trim() === '' || wrong !== undefined}
            isBusy={save.isPending}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <OverridesState />
        <RunningOverrides holds={holdsForGroup(group?.id)} />
        <TextInput
          label="Name"
          data-autofocus
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          maxLength={100}
          error={errors['name']}
        />
        {!group?.isDefault && (
          <TextArea
            label="Clients, one a line: address, prefix, client id or reverse name"
            isMono
            rows={8}
            placeholder={'192.0.2.17\n2001:db8::/64\nid:tablet\nname:tablet.example'}
            help="A client id (of its DoH path or DoT server name) counts first, then the longest prefix that holds its address."
            value={draft.clients}
            onChange={(value) => setDraft({ ...draft, clients: value })}
            error={clientsError}
          />
        )}
        <OwnFields
          value={draft}
          isDefault={group?.isDefault ?? false}
          onChange={(own) => setDraft({ ...draft, ...own })}
          errors={errors}
        />
        <AnswerFields
          value={draft.answer}
          inherited={group?.isDefault ? 'As set for all blocks' : 'As set for Everyone'}
          onChange={(answer) => setDraft({ ...draft, answer })}
          errors={errors}
        />
        <TextInput
          label="Comment"
          value={draft.comment}
          onChange={(comment) => setDraft({ ...draft, comment })}
          maxLength={1000}
          error={errors['comment']}
        />
        <SimulatedEffect changes={wrong === undefined ? changesOf(base, clients, draft) : null} />
        {group && <GroupPolicyView group={group} />}
        {save.error && Object.keys(errors).length === 0 && <ErrorState isAtEnd what="Not saved" error={save.error} />}
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete the group ${group?.name ?? ''}?`}
        confirmLabel="Delete the group"
        isBusy={remove.isPending}
        onConfirm={() =>
          remove.mutate(base!, {
            onSuccess: ({ revision }) => done(`Group ${group!.name} deleted`, revision),
            onError: (error) => toast({ message: `Not deleted: ${messageOf(error)}`, isError: true }),
          })
        }
      >
        {fallBackText(clients.length)}
      </ConfirmDialog>
    </Drawer>
  )
}

const fallBackText = (clients: number): string =>
  clients === 0
    ? 'No client is in it.'
    : `${plural(clients, 'client entry falls', 'client entries fall')} back to Everyone.`
