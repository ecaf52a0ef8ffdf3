/** How blocked names are answered, and what wins. */
import { useQuery } from '@tanstack/react-query'
import type { BLOCK_ANSWER_KINDS, BlockErrorCode } from '@weir/shared/contract/block-answer'
import type { SettingsState } from '@weir/shared/contract/settings'
import { groupsQuery } from '../../lib/api/groups.ts'
import { usePatchSettings } from '../../lib/api/settings.ts'
import { messageOf } from '../../lib/api-error.ts'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useToast } from '../../ui/toast.tsx'
import { Checkbox, Switch } from '../../ui/toggle.tsx'
import { LinesField, NumberField } from './fields.tsx'
import { SectionFrame } from './section-frame.tsx'
import styles from './settings.module.css'
import { useSection } from './use-section.ts'

type Kind = (typeof BLOCK_ANSWER_KINDS)[number]

const KINDS: readonly (readonly [Kind, string])[] = [
  ['null', 'Null address (0.0.0.0, ::)'],
  ['nxdomain', 'NXDOMAIN: the name does not exist'],
  ['nodata', 'NODATA: no such record'],
  ['refused', 'REFUSED'],
  ['drop', 'No reply at all'],
  ['addresses', 'Given addresses'],
]

const CODES: readonly (readonly [BlockErrorCode, string])[] = [
  ['blocked', '15 Blocked: the network does not want it'],
  ['censored', '16 Censored: somebody else does not'],
  ['filtered', '17 Filtered: its people asked for it'],
  ['prohibited', '18 Prohibited: they may not'],
]

export function BlockingSection({ settings }: { readonly settings: SettingsState }) {
  return (
    <>
      <AnswerPanel settings={settings} />
      <PrecedencePanel settings={settings} />
      <RebindingPanel settings={settings} />
    </>
  )
}

function AnswerPanel({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'blocking')
  const { value, set, errorOf } = form
  const { answer } = value
  return (
    <SectionFrame title="Blocking" form={form}>
      <Switch
        label="Block"
        help="Off: rules and lists stay, and nothing is blocked."
        checked={value.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <SelectInput
        label="Answer to blocked names"
        value={answer.kind}
        onChange={(kind) => set({ answer: { ...answer, kind } })}
        options={KINDS}
        error={errorOf('answer')}
      />
      {answer.kind === 'addresses' && (
        <div className={styles.pair}>
          <LinesField
            label="IPv4 addresses"
            rows={2}
            value={answer.ipv4 ?? []}
            onChange={(ipv4) => set({ answer: { ...answer, ipv4 } })}
          />
          <LinesField
            label="IPv6 addresses"
            rows={2}
            value={answer.ipv6 ?? []}
            onChange={(ipv6) => set({ answer: { ...answer, ipv6 } })}
          />
          <TextInput
            label="TXT, if wanted"
            value={answer.txt ?? ''}
            onChange={(txt) => set({ answer: { ...answer, txt } })}
          />
          <TextInput
            label="MX, if wanted"
            isMono
            placeholder="10 mail.example.org"
            value={answer.mx ?? ''}
            onChange={(mx) => set({ answer: { ...answer, mx } })}
          />
        </div>
      )}
      <NumberField
        label="TTL of block answers"
        unit="s"
        value={value.ttlSeconds}
        onChange={(ttlSeconds) => set({ ttlSeconds })}
        error={errorOf('ttlSeconds')}
      />
      <Switch
        label="Inspect answers"
        help="Names that CNAME, HTTPS and SVCB records lead to are held against the rules too."
        checked={value.inspectAnswers}
        onChange={(inspectAnswers) => set({ inspectAnswers })}
      />
      <Switch
        label="Tell clients why"
        help="Block answers name the rule or list (Extended DNS Errors, RFC 8914)."
        checked={value.extendedErrors}
        onChange={(extendedErrors) => set({ extendedErrors })}
      />
      {value.extendedErrors && (
        <SelectInput
          label="With the code"
          value={answer.extendedError ?? 'blocked'}
          onChange={(extendedError) => set({ answer: { ...answer, extendedError } })}
          options={CODES}
        />
      )}
    </SectionFrame>
  )
}

function PrecedencePanel({ settings }: { readonly settings: SettingsState }) {
  const patch = usePatchSettings()
  const toast = useToast()
  return (
    <Panel title="Precedence">
      <SelectInput
        label="Where an allow rule and a block rule match the same name"
        value={settings.precedence}
        disabled={patch.isPending}
        onChange={(precedence) =>
          patch.mutate(
            { patch: { precedence }, base: settings },
            {
              onSuccess: () => toast({ message: 'Saved and in effect' }),
              onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
            },
          )
        }
        options={[
          ['allow-first', 'Allow wins, as in adblock lists'],
          ['block-first', 'Block wins'],
        ]}
      />
    </Panel>
  )
}

function RebindingPanel({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'rebinding')
  const groups = useQuery(groupsQuery).data?.items ?? []
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Rebinding protection" form={form}>
      <Switch
        label="Refuse private addresses in answers from outside"
        checked={value.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <LinesField
        label="Names that may have them, with all below"
        placeholder="corp.example.org"
        value={value.allowedNames}
        onChange={(allowedNames) => set({ allowedNames })}
        error={errorOf('allowedNames')}
      />
      {groups.length > 1 && (
        <fieldset className={styles.ticks}>
          <legend>Groups whose clients may have them for every name</legend>
          {groups.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={name}
              checked={value.allowedGroups.includes(id)}
              onChange={(isTicked) =>
                set({
                  allowedGroups: isTicked
                    ? [...value.allowedGroups, id]
                    : value.allowedGroups.filter((one) => one !== id),
                })
              }
            />
          ))}
        </fieldset>
      )}
    </SectionFrame>
  )
}
