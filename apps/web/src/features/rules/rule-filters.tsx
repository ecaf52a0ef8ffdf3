/** Search and filters of the rules, kept in the address bar. */
import type { Action } from '@weir/shared/contract/rules'
import type { ReactNode } from 'react'
import { SelectInput } from '../../ui/field.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { ACTION_LABELS, ACTION_OPTIONS, type RuleFilter } from './rule-filter.ts'
import styles from './rules.module.css'

interface RuleFiltersProps {
  readonly filter: RuleFilter
  readonly total: string
  readonly onChange: (patch: RuleFilter) => void
  /** What else belongs to the table. */
  readonly children: ReactNode
}

export function RuleFilters({ filter, total, onChange, children }: RuleFiltersProps) {
  return (
    <search className={styles.bar}>
      <div className={styles.search}>
        <SearchField
          label="Search rules"
          placeholder="Pattern or comment"
          takesSlash
          value={filter.search}
          onChange={(search) => onChange({ search })}
        />
      </div>
      <div className={styles.narrow}>
        <SelectInput
          label="Action"
          isLabelHidden
          value={filter.action ?? ''}
          onChange={(action) => onChange({ action: (action || undefined) as Action | undefined })}
          options={[['', 'Any action'], ...ACTION_OPTIONS.map((action) => [action, ACTION_LABELS[action]] as const)]}
        />
      </div>
      <div className={styles.narrow}>
        <SelectInput
          label="State"
          isLabelHidden
          value={filter.enabled === undefined ? '' : String(filter.enabled)}
          onChange={(enabled) => onChange({ enabled: enabled === '' ? undefined : enabled === 'true' })}
          options={[
            ['', 'On and off'],
            ['true', 'On'],
            ['false', 'Off'],
          ]}
        />
      </div>
      <span className={styles.count} role="status">
        {total}
      </span>
      {children}
    </search>
  )
}
