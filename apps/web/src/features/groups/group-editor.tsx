/** One group in the side drawer: its name, its clients by address or prefix. */
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { GroupCollection } from '@weir/shared/contract/groups'
import { useState } from 'react'
import type { z } from 'zod'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { plural } from '../../lib/format.ts'
import { AnswerFields } from '../../ui/answer-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog, Drawer } from '../../ui/drawer.tsx'
import { TextArea, TextInput } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useDeleteGroup, useSaveGroup } from './change-groups.ts'
import { GroupPolicyView } from './group-policy.tsx'
import styles from './groups.module.css'
import { OwnFields, upstreamsOf } from './own-fields.tsx'

export type Group = z.infer<typeof GroupCollection>['items'][number]

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
  const clients = draft.clients.split(/[\s,]+/).filter((client) => client !== '')
  const wrong = clients.find((client) => !parseClientIdentifier(client).ok)
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {}
  const clientsError =
    wrong === undefined
      ? Object.entries(errors).find(([field]) => field.startsWith('clients'))?.[1]
      : `'${wrong}' is not an address or a prefix such as 192.0.2.0/24`
  const done = (message: string) => {
    onClose()
    toast({ message })
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
      { onSuccess: () => done(`Group ${draft.name} saved`) },
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
            label="Clients, one address or prefix a line"
            isMono
            rows={8}
            placeholder={'192.0.2.17\n192.0.2.64/26\n2001:db8::/64'}
            help="The longest prefix that holds a client's address decides its group."
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
        {group && <GroupPolicyView group={group} />}
        {save.error && Object.keys(errors).length === 0 && <ErrorState what="Not saved" error={save.error} />}
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete the group ${group?.name ?? ''}?`}
        confirmLabel="Delete the group"
        isBusy={remove.isPending}
        onConfirm={() =>
          remove.mutate(base!, {
            onSuccess: () => done(`Group ${group!.name} deleted`),
            onError: (error) => toast({ message: `Not deleted: ${messageOf(error)}`, isError: true }),
          })
        }
      >
        Its {plural(clients.length, 'client entry', 'client entries')} fall back to Everyone.
      </ConfirmDialog>
    </Drawer>
  )
}
