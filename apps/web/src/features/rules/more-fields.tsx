/** Scope, expiry and notes of a rule. */
import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import { Checkbox, Switch } from '../../ui/toggle.tsx'
import { expiryOptions, expiryValue } from './expiry.ts'
import type { RuleFormProps } from './rule-form-props.ts'
import styles from './rules.module.css'

/** Seldom touched, hence folded. */
export function MoreFields({ draft, onChange, errors }: RuleFormProps) {
  const groups = useQuery(groupsQuery)
  const schedules = useQuery(schedulesQuery)
  const isUsed =
    draft.groups.length > 0 ||
    draft.expiresAt !== null ||
    draft.schedule !== undefined ||
    !draft.enabled ||
    draft.important ||
    draft.badfilter ||
    [draft.queryTypes, draft.comment, draft.clients, draft.clientTags, draft.exceptNames].some((text) => text !== '')
  const toggleGroup = (id: number, isOn: boolean) =>
    onChange({ groups: isOn ? [...draft.groups, id] : draft.groups.filter((group) => group !== id) })
  return (
    <details className={styles.more} open={isUsed || undefined}>
      <summary>For whom, how long, notes</summary>
      <div>
        <fieldset className={styles.groups}>
          <legend>Groups; none means everyone</legend>
          {groups.data?.items
            .filter((group) => !group.isDefault)
            .map((group) => (
              <Checkbox
                key={group.id}
                label={group.name}
                checked={draft.groups.includes(group.id)}
                onChange={(isOn) => toggleGroup(group.id, isOn)}
              />
            ))}
        </fieldset>
        {(schedules.data?.items.length ?? 0) > 0 && (
          <SelectInput
            label="Holds"
            value={String(draft.schedule ?? '')}
            onChange={(id) => onChange({ schedule: id === '' ? undefined : Number(id) })}
            options={[
              ['', 'always'],
              ...(schedules.data?.items ?? []).map(({ id, name }) => [String(id), `during ${name}`] as const),
            ]}
            error={errors['schedule']}
          />
        )}
        <div className={styles.pair}>
          <SelectInput
            label="Ends"
            value={expiryValue(draft.expiresAt)}
            onChange={(value) => onChange({ expiresAt: value === '' ? null : Number(value) })}
            options={expiryOptions(draft.expiresAt, Date.now())}
          />
          <TextInput
            label="Query types; empty means all"
            isMono
            placeholder="A, AAAA or ~HTTPS for all but it"
            value={draft.queryTypes}
            onChange={(queryTypes) => onChange({ queryTypes })}
            error={errors['queryTypes']}
          />
        </div>
        <ClientFields draft={draft} onChange={onChange} errors={errors} />
        <TextInput
          label="TTL of the answer; empty means as set"
          inputMode="numeric"
          unit="s"
          value={draft.ttlSeconds}
          onChange={(ttlSeconds) => onChange({ ttlSeconds })}
          error={errors['ttlSeconds']}
        />
        <TextInput
          label="Comment"
          value={draft.comment}
          onChange={(comment) => onChange({ comment })}
          maxLength={1000}
          error={errors['comment']}
        />
        <Switch
          label="Important"
          help="Wins over rules that say the opposite."
          checked={draft.important}
          onChange={(important) => onChange({ important })}
        />
        {CAN_CANCEL.has(draft.action) && !(draft.action === 'rewrite' && draft.match === 'address') && (
          <Switch
            label="Switch off equal rules"
            help="Does nothing itself: rules that say the same, own or in lists, stop counting ($badfilter)."
            checked={draft.badfilter}
            onChange={(badfilter) => onChange({ badfilter })}
          />
        )}
        <Switch label="On" checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
      </div>
    </details>
  )
}

const CAN_CANCEL: ReadonlySet<string> = new Set(['block', 'allow', 'rewrite'])

/** Clients beyond groups, and names that are left out. */
function ClientFields({ draft, onChange, errors }: RuleFormProps) {
  return (
    <>
      <TextArea
        label="Clients, one a line; empty means all"
        isMono
        rows={2}
        placeholder={'192.0.2.0/28\n~Kitchen tablet'}
        help="Addresses, prefixes, names of clients or groups; ~ before it: not this one."
        value={draft.clients}
        onChange={(clients) => onChange({ clients })}
        error={errors['clients']}
      />
      <div className={styles.pair}>
        <TextInput
          label="Client tags"
          isMono
          placeholder="kids, ~guests"
          value={draft.clientTags}
          onChange={(clientTags) => onChange({ clientTags })}
          error={errors['clientTags']}
        />
        <TextInput
          label="Except these names and all below"
          isMono
          placeholder="good.example.org"
          value={draft.exceptNames}
          onChange={(exceptNames) => onChange({ exceptNames })}
          error={errors['exceptNames']}
        />
      </div>
    </>
  )
}
