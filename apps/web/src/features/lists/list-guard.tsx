/** When a new version of this list waits for a review, where that is to be otherwise than for all lists. */
import type { ListGuard } from '@weir/shared/contract/list-guard'
import type { List } from '@weir/shared/contract/lists'
import { Button } from '../../ui/button.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import styles from './lists.module.css'
import { useListDraft } from './use-list-draft.ts'

type Bound = 'maxShrinkPercent' | 'maxGrowthPercent'

export function ListGuardFields({ list }: { readonly list: List }) {
  const { value: guard, change, isChanged, isPending, save, drop, errors } = useListDraft(list, 'guard')
  return (
    <section className={styles.guard} aria-label="When a new version waits">
      <h3 className={styles.heading}>A new version waits for your word</h3>
      <BoundField
        label="When it shrinks by more than"
        bound="maxShrinkPercent"
        guard={guard}
        usual={50}
        onChange={change}
        error={errors['guard.maxShrinkPercent']}
      />
      <BoundField
        label="When it grows by more than"
        bound="maxGrowthPercent"
        guard={guard}
        usual={200}
        onChange={change}
        error={errors['guard.maxGrowthPercent']}
      />
      <SelectInput
        label="When it covers protected names"
        value={guard.protectNames === undefined ? 'inherit' : guard.protectNames ? 'on' : 'off'}
        onChange={(value) => {
          const { protectNames: _, ...rest } = guard
          change(value === 'inherit' ? rest : { ...rest, protectNames: value === 'on' })
        }}
        options={[
          ['inherit', 'As set for all lists'],
          ['on', 'Yes'],
          ['off', 'No: it may cover any name'],
        ]}
      />
      {isChanged && (
        <div className={styles.buttons}>
          <Button variant="strong" isBusy={isPending} onClick={save}>
            Save the bounds
          </Button>
          <Button onClick={drop}>Cancel</Button>
        </div>
      )}
    </section>
  )
}

interface BoundFieldProps {
  readonly label: string
  readonly bound: Bound
  readonly guard: ListGuard
  /** Where a bound of its own begins, percent. */
  readonly usual: number
  readonly onChange: (guard: ListGuard) => void
  readonly error: string | undefined
}

function BoundField({ label, bound, guard, usual, onChange, error }: BoundFieldProps) {
  const value = guard[bound]
  const set = (next: number | null | undefined) => {
    const { [bound]: _, ...rest } = guard
    onChange(next === undefined ? rest : { ...rest, [bound]: next })
  }
  return (
    <div className={styles.bound}>
      <SelectInput
        label={label}
        value={value === undefined ? 'inherit' : value === null ? 'off' : 'own'}
        onChange={(mode) => set(mode === 'inherit' ? undefined : mode === 'off' ? null : usual)}
        options={[
          ['inherit', 'As set for all lists'],
          ['own', 'A bound of its own'],
          ['off', 'No bound'],
        ]}
      />
      {typeof value === 'number' && (
        <TextInput
          label={`${label}, percent`}
          isLabelHidden
          inputMode="numeric"
          unit="%"
          value={String(value)}
          onChange={(text) => /^\d{1,9}$/.test(text) && set(Number(text))}
          error={error}
        />
      )}
    </div>
  )
}
