/** The form of a rule: what it does, to which names, and for whom. */
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { OutcomeShape } from '../../ui/outcome-mark.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { ActionFields } from './action-fields.tsx'
import { MoreFields } from './more-fields.tsx'
import { MATCHES_OF, type RuleDraft, withAction } from './rule-draft.ts'
import { ACTION_LABELS, ACTION_OPTIONS } from './rule-filter.ts'
import type { RuleFormProps } from './rule-form-props.ts'
import { FAMILY_OF_ACTION, MATCH_LABELS } from './rule-words.ts'
import styles from './rules.module.css'

interface FormProps extends RuleFormProps {
  /** The field of the name was left: what it holds may be a line that fills other fields. */
  readonly onPatternLeft: () => void
}

export function RuleForm({ draft, onChange, errors, onPatternLeft }: FormProps) {
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
        help={
          <>
            Or a whole line, such as <code>@@||cdn.example.org^</code>.
            {draft.match === 'suffix' && ' A dot alone means every name.'}
          </>
        }
        isMono
        data-autofocus
        value={draft.pattern}
        onChange={(pattern) => onChange({ pattern })}
        onBlur={onPatternLeft}
        placeholder={
          draft.match === 'address' ? '198.51.100.0/24' : draft.match === 'regex' ? '^ads?[0-9]*\\.' : 'ads.example.org'
        }
        error={draft.pattern === '' ? undefined : errors['pattern']}
      />
      {draft.match === 'regex' && draft.action !== 'forward' && (
        <Switch
          label="Inverted"
          help="For the names in which it is not found."
          checked={draft.inverted}
          onChange={(inverted) => onChange({ inverted })}
        />
      )}
      <ActionFields draft={draft} onChange={onChange} errors={errors} />
      <Switch
        label="Only record what it would do"
        help="Changes no answer; the log says what it would have done."
        checked={draft.shadow}
        onChange={(shadow) => onChange({ shadow })}
      />
      <MoreFields draft={draft} onChange={onChange} errors={errors} />
    </div>
  )
}

function patternLabel({ match, action }: RuleDraft): string {
  if (match === 'regex') return 'Regular expression (RE2)'
  if (match === 'address') return action === 'rewrite' ? 'Address or prefix to replace' : 'Address or prefix'
  return 'Name'
}
