/** Starting an override, in the side drawer: what, for whom, how long. */
import { useQuery } from '@tanstack/react-query'
import { OVERRIDE_KINDS, type OverrideKind } from '@weir/shared/contract/overrides'
import { useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import { useEndOverride, useStartOverride } from '../../lib/api/overrides.ts'
import { ApiError } from '../../lib/api-error.ts'
import { formatDayAndClock, formatDayOrClock } from '../../lib/format.ts'
import { KIND_LABELS, titleOf, whomOf } from '../../lib/override-words.ts'
import { useNow } from '../../lib/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { EMPTY, LENGTHS, needsName, type OverrideDraft, readDraft } from './override-draft.ts'
import styles from './overrides.module.css'

const EXPLANATIONS: Readonly<Record<OverrideKind, string>> = {
  pause: 'Block and allow rules and lists do not count; aliases, local answers and forwards do.',
  allow: 'The name and everything below it pass, whatever rules and lists say.',
  block: 'The name and everything below it are blocked, whatever rules and lists say.',
  offline: 'Everything is blocked but local answers.',
}

export function OverrideEditor({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState(EMPTY)
  const { data: groups } = useQuery(groupsQuery)
  const start = useStartOverride()
  const end = useEndOverride()
  const toast = useToast()
  const now = useNow(10_000)
  const change = (patch: Partial<OverrideDraft>) => setDraft({ ...draft, ...patch })
  const { input, faults } = readDraft(draft, now)
  const errors = { ...(start.error instanceof ApiError ? start.error.fieldErrors : {}), ...faults }
  const submit = () =>
    input &&
    start.mutate(input, {
      onSuccess: (saved) => {
        onClose()
        toast({
          message: `${titleOf(saved)} until ${formatDayOrClock(saved.endsAt, Date.now())}, ${whomOf(saved)}`,
          undo: () => end.mutateAsync(saved.id),
        })
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
        {draft.length === 'until' && (
          <TextInput
            label="Until"
            type="datetime-local"
            value={draft.until}
            onChange={(until) => change({ until })}
            error={errors['until']}
          />
        )}
        <TextInput label="Comment" value={draft.comment} onChange={(comment) => change({ comment })} maxLength={1000} />
        {input && (
          <p className={styles.end}>
            Ends by itself on {formatDayAndClock(input.until ?? now + (input.minutes ?? 0) * 60_000)}.
          </p>
        )}
        {start.error && Object.keys(errors).length === 0 && (
          <ErrorState isAtEnd what="Not started" error={start.error} />
        )}
      </div>
    </Drawer>
  )
}
