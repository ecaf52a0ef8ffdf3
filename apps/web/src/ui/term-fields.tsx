/** For whom and when a list or service holds: one choice for all groups, and one for each group that differs. */
import { choiceForAll, choiceForGroup, type TermChoice, type TermInput, type Terms, termsFrom } from '../lib/terms.ts'
import { SelectInput } from './field.tsx'
import styles from './term-fields.module.css'

interface TermFieldsProps {
  readonly value: Terms
  readonly groups: readonly { readonly id: number; readonly name: string; readonly isDefault: boolean }[]
  readonly schedules: readonly { readonly id: number; readonly name: string }[]
  readonly onChange: (terms: TermInput) => void
}

export function TermFields({ value, groups, schedules, onChange }: TermFieldsProps) {
  const all = choiceForAll(value)
  const choices = new Map(groups.map(({ id }) => [id, choiceForGroup(value, id)] as const))
  const defaultGroup = groups.find(({ isDefault }) => isDefault)?.id ?? 1
  const options: (readonly [TermChoice, string])[] = [
    ['always', 'Always'],
    ['never', 'Never'],
    ...schedules.map(({ id, name }) => [`${id}`, `During ${name}`] as const),
  ]
  return (
    <fieldset className={styles.terms}>
      <legend>For whom, and when</legend>
      <SelectInput
        label="All groups"
        value={all}
        options={options}
        onChange={(choice) => onChange(termsFrom(choice, choices, defaultGroup))}
      />
      {groups.map(({ id, name, isDefault }) => (
        <SelectInput
          key={id}
          label={isDefault ? `${name} (clients of no other group)` : name}
          value={choices.get(id) ?? 'inherit'}
          options={[['inherit', 'As for all groups'], ...options]}
          onChange={(choice) => onChange(termsFrom(all, new Map(choices).set(id, choice), defaultGroup))}
        />
      ))}
    </fieldset>
  )
}
