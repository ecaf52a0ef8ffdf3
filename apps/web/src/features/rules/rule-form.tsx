/** The form of a rule: what it does, to which names, and for whom. */
import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from '../../lib/api/groups.ts'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import { Checkbox, Switch } from '../../ui/toggle.tsx'
import { ActionFields } from './action-fields.tsx'
import { expiryOptions, expiryValue } from './expiry.ts'
import { MATCHES_OF, type RuleDraft, withAction } from './rule-draft.ts'
import { ACTION_LABELS, ACTION_OPTIONS } from './rule-filter.ts'
import type { RuleFormProps } from './rule-form-props.ts'
import { FAMILY_OF_ACTION, MATCH_LABELS } from './rule-words.ts'
import styles from './rules.module.css'

export function RuleForm({ draft, onChange, errors }: RuleFormProps) {
  return (
    <div className={styles.form}>
      <fieldset className={styles.actions}>
        <legend className="visually-hidden">Action</legend>
        {ACTION_OPTIONS.map((action) => (
          <button
            key={action}
            type="button"
            className={styles.action}
            aria-pressed={draft.action === action}
            onClick={() => onChange(withAction(draft, action))}
          >
            <OutcomeShape family={FAMILY_OF_ACTION[action]} />
            {ACTION_LABELS[action]}
          </button>
        ))}
      </fieldset>
      <SelectInput
        label="Match"
        value={draft.match}
        onChange={(match) => onChange({ match })}
        options={MATCHES_OF[draft.action].map((match) => [match, MATCH_LABELS[match]] as const)}
      />
      <TextInput
        label={patternLabel(draft)}
        isMono
        data-autofocus
        value={draft.pattern}
        onChange={(pattern) => onChange({ pattern })}
        placeholder={
          draft.match === 'address' ? '198.51.100.0/24' : draft.match === 'regex' ? '^ads?[0-9]*\\.' : 'ads.example.org'
        }
        error={draft.pattern === '' ? undefined : errors['pattern']}
      />
      <ActionFields draft={draft} onChange={onChange} errors={errors} />
      <MoreFields draft={draft} onChange={onChange} errors={errors} />
    </div>
  )
}

function patternLabel({ match }: RuleDraft): string {
  if (match === 'regex') return 'Regular expression (RE2)'
  return match === 'address' ? 'Address or prefix to replace' : 'Name'
}

/** Scope, expiry and notes: seldom touched, hence folded. */
function MoreFields({ draft, onChange, errors }: RuleFormProps) {
  const groups = useQuery(groupsQuery)
  const isUsed =
    draft.groups.length > 0 ||
    draft.queryTypes !== '' ||
    draft.expiresAt !== null ||
    draft.comment !== '' ||
    draft.important ||
    !draft.enabled
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
            placeholder="A, AAAA, HTTPS"
            value={draft.queryTypes}
            onChange={(queryTypes) => onChange({ queryTypes })}
            error={errors['queryTypes']}
          />
        </div>
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
        <Switch label="On" checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
      </div>
    </details>
  )
}
