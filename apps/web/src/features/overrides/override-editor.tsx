/** Starting an override, in the side drawer: what, for whom, how long. */
import { useQuery } from '@tanstack/react-query'
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import { OVERRIDE_KINDS, type OverrideInput, type OverrideKind } from '@weir/shared/contract/overrides'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { useStartOverride } from '../../lib/api/overrides.ts'
import { ApiError } from '../../lib/api-error.ts'
import { formatDayAndClock } from '../../lib/format.ts'
import { useNow } from '../../lib/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { KIND_LABELS, titleOf } from './override-words.ts'
import styles from './overrides.module.css'

const LENGTHS = [
  ['10', '10 minutes'],
  ['30', '30 minutes'],
  ['60', '1 hour'],
  ['240', '4 hours'],
  ['1440', '1 day'],
  ['other', 'Other'],
] as const
type Length = (typeof LENGTHS)[number][0]

const EXPLANATIONS: Readonly<Record<OverrideKind, string>> = {
  pause: 'Block and allow rules and lists do not count; aliases, local answers and forwards do.',
  allow: 'The name and everything below it pass, whatever rules and lists say.',
  block: 'The name and everything below it are blocked, whatever rules and lists say.',
  offline: 'Everything is blocked but local answers.',
}

interface Draft {
  readonly kind: OverrideKind
  readonly name: string
  /** `everyone`, `client`, or the id of a group. */
  readonly whom: string
  readonly client: string
  readonly length: Length
  readonly minutes: string
  readonly comment: string
}
const EMPTY: Draft = { kind: 'pause', name: '', whom: 'everyone', client: '', length: '10', minutes: '', comment: '' }

export function OverrideEditor({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY)
  const { data: groups } = useQuery(groupsQuery)
  const start = useStartOverride()
  const toast = useToast()
  const now = useNow(10_000)
  const change = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch })
  const { input, faults } = readDraft(draft)
  const errors = { ...(start.error instanceof ApiError ? start.error.fieldErrors : {}), ...faults }
  const submit = () =>
    input &&
    start.mutate(input, {
      onSuccess: (saved) => {
        onClose()
        toast({ message: `${titleOf(saved)} until ${formatDayAndClock(saved.endsAt)}` })
      },
    })
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title="Start an override"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="strong" onClick={submit} disabled={input === null} isBusy={start.isPending}>
            Start
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <SelectInput
          label="What"
          data-autofocus
          value={draft.kind}
          onChange={(kind) => change({ kind })}
          options={OVERRIDE_KINDS.map((kind) => [kind, KIND_LABELS[kind]] as const)}
          help={EXPLANATIONS[draft.kind]}
        />
        {needsName(draft.kind) && (
          <TextInput
            label="Name"
            isMono
            value={draft.name}
            onChange={(name) => change({ name })}
            placeholder="www.example.org"
            error={errors['name']}
          />
        )}
        <SelectInput
          label="For whom"
          value={draft.whom}
          onChange={(whom) => change({ whom })}
          options={[
            ['everyone', 'Everyone'],
            ['client', 'One client, or a network'],
            ...(groups?.items ?? [])
              .filter(({ isDefault }) => !isDefault)
              .map(({ id, name }) => [String(id), `Group ${name}`] as const),
          ]}
        />
        {draft.whom === 'client' && (
          <TextInput
            label="Address, prefix, or client id"
            isMono
            value={draft.client}
            onChange={(client) => change({ client })}
            placeholder="192.0.2.17, or id:tablet"
            error={errors['client']}
          />
        )}
        <div className={styles.length}>
          <span className={styles.lengthLabel}>For how long</span>
          <Segmented
            label="For how long"
            value={draft.length}
            options={LENGTHS}
            onChange={(length) => change({ length })}
          />
        </div>
        {draft.length === 'other' && (
          <TextInput
            label="Minutes"
            inputMode="numeric"
            unit="min"
            value={draft.minutes}
            onChange={(minutes) => change({ minutes })}
            error={errors['minutes']}
          />
        )}
        <TextInput label="Comment" value={draft.comment} onChange={(comment) => change({ comment })} maxLength={1000} />
        {input?.minutes !== undefined && (
          <p className={styles.end}>Ends by itself on {formatDayAndClock(now + input.minutes * 60_000)}.</p>
        )}
        {start.error && Object.keys(errors).length === 0 && <ErrorState what="Not started" error={start.error} />}
      </div>
    </Drawer>
  )
}

const needsName = (kind: OverrideKind): boolean => kind === 'allow' || kind === 'block'

/** What is wrong is only said of fields that have something in them; `input` is null until all is there. */
function readDraft(draft: Draft): { input: OverrideInput | null; faults: Readonly<Record<string, string>> } {
  const faults: Record<string, string> = {}
  const name = parseDomainName(draft.name.trim())
  if (needsName(draft.kind) && draft.name !== '' && !name.ok) faults['name'] = name.error
  const isClient = draft.whom === 'client'
  const client = parseClientIdentifier(draft.client)
  if (isClient && draft.client !== '' && !client.ok) faults['client'] = client.error
  const minutes = Number(draft.length === 'other' ? draft.minutes : draft.length)
  if (draft.minutes !== '' && !Number.isInteger(minutes)) faults['minutes'] = 'give a whole number of minutes'
  const isComplete = minutes >= 1 && (!needsName(draft.kind) || draft.name !== '') && (!isClient || draft.client !== '')
  if (!isComplete || Object.keys(faults).length > 0) return { input: null, faults }
  const input: OverrideInput = {
    kind: draft.kind,
    minutes,
    comment: draft.comment,
    ...(needsName(draft.kind) && { name: draft.name.trim() }),
    ...(isClient ? { client: draft.client.trim() } : draft.whom !== 'everyone' && { groupId: Number(draft.whom) }),
  }
  return { input, faults }
}
