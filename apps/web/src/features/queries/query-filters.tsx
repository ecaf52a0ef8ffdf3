/** The filter bar: what is set here stands in the address bar. */
import { IconFilter, IconX } from '@tabler/icons-react'
import type { Outcome } from '@weir/shared/log/outcomes'
import { useId, useState } from 'react'
import { formatDayAndClock } from '../../lib/format.ts'
import { OUTCOME_LABELS } from '../../lib/outcome-family.ts'
import { WOULD_BE } from '../../lib/shadow-words.ts'
import { usePhone } from '../../lib/use-phone.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import styles from './queries.module.css'
import { OUTCOME_OPTIONS, type QueryFilter, SHADOW_OPTIONS } from './query-filter.ts'

interface QueryFiltersProps {
  readonly filter: QueryFilter
  readonly onChange: (patch: QueryFilter) => void
}

const TYPES = ['A', 'AAAA', 'HTTPS', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'SVCB', 'TXT', 'ANY'] as const

export function QueryFilters({ filter, onChange }: QueryFiltersProps) {
  const isPhone = usePhone()
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const { name, ...others } = filter
  const active = countOf(others)
  return (
    <search className={styles.filters}>
      <div className={styles.name}>
        <SearchField
          takesSlash
          label="Name"
          placeholder="Name, or .example.org"
          value={name}
          onChange={(text) => onChange({ name: text })}
        />
      </div>
      {isPhone && (
        <Button
          icon={<IconFilter size={15} />}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          Filters{active > 0 && `: ${active}`}
        </Button>
      )}
      <div id={id} className={styles.more} hidden={isPhone && !isOpen}>
        <Choices filter={filter} onChange={onChange} />
        <Chips filter={filter} onChange={onChange} />
      </div>
    </search>
  )
}

/** Filters that are set; a span of time is one. */
const countOf = ({ from, until, ...rest }: QueryFilter): number =>
  Object.values(rest).filter((value) => value !== undefined).length +
  (from === undefined && until === undefined ? 0 : 1)

function Choices({ filter, onChange }: QueryFiltersProps) {
  return (
    <>
      <div className={styles.client}>
        <SearchField
          label="Client"
          placeholder="Address, or id:tablet"
          value={filter.client}
          onChange={(client) => onChange({ client })}
        />
      </div>
      <div className={styles.narrow}>
        <SelectInput
          label="Outcome"
          isLabelHidden
          value={filter.outcome ?? ''}
          onChange={(outcome) => onChange({ outcome: (outcome || undefined) as Outcome | undefined })}
          options={[
            ['', 'Any outcome'],
            ...OUTCOME_OPTIONS.map((outcome) => [outcome, OUTCOME_LABELS[outcome]] as const),
          ]}
        />
      </div>
      <div className={styles.narrow}>
        <SelectInput
          label="Type"
          isLabelHidden
          value={filter.type ?? ''}
          onChange={(type) => onChange({ type: type || undefined })}
          options={[
            ['', 'Any type'],
            ...[...new Set([...TYPES, ...(filter.type ? [filter.type] : [])])].map((type) => [type, type] as const),
          ]}
        />
      </div>
      <div className={styles.would}>
        <SelectInput
          label="On trial"
          isLabelHidden
          value={filter.shadow ?? ''}
          onChange={(shadow) => onChange({ shadow: (shadow || undefined) as QueryFilter['shadow'] })}
          options={[['', 'Would be …'], ...SHADOW_OPTIONS.map((effect) => [effect, shadowOption(effect)] as const)]}
        />
      </div>
    </>
  )
}

/** Filters that come from elsewhere, as from a rule or a chart, and only go here. */
function Chips({ filter, onChange }: QueryFiltersProps) {
  return (
    <>
      {filter.shadowRule !== undefined && (
        <Chip text={`would be, by rule ${filter.shadowRule}`} onRemove={() => onChange({ shadowRule: undefined })} />
      )}
      {filter.shadowList !== undefined && (
        <Chip text={`would be, by list ${filter.shadowList}`} onRemove={() => onChange({ shadowList: undefined })} />
      )}
      {filter.shadowRuleSet !== undefined && (
        <Chip
          text={`would be, by service ${filter.shadowRuleSet}`}
          onRemove={() => onChange({ shadowRuleSet: undefined })}
        />
      )}
      {filter.rule !== undefined && (
        <Chip text={`rule ${filter.rule}`} onRemove={() => onChange({ rule: undefined })} />
      )}
      {filter.ruleSet !== undefined && (
        <Chip text={`service ${filter.ruleSet}`} onRemove={() => onChange({ ruleSet: undefined })} />
      )}
      {filter.list !== undefined && (
        <Chip text={`list ${filter.list}`} onRemove={() => onChange({ list: undefined })} />
      )}
      {filter.rcode !== undefined && <Chip text={filter.rcode} onRemove={() => onChange({ rcode: undefined })} />}
      {(filter.from !== undefined || filter.until !== undefined) && (
        <Chip text={spanText(filter)} onRemove={() => onChange({ from: undefined, until: undefined })} />
      )}
    </>
  )
}

const shadowOption = (effect: (typeof SHADOW_OPTIONS)[number]): string =>
  effect === 'any' ? 'Would be otherwise' : `W${WOULD_BE[effect].slice(1)}`

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) {
  return (
    <span className={styles.chip}>
      {text}
      <IconButton label={`Remove the filter ${text}`} size="small" onClick={onRemove}>
        <IconX size={12} />
      </IconButton>
    </span>
  )
}

function spanText({ from, until }: QueryFilter): string {
  if (from === undefined) return `until ${formatDayAndClock(until!)}`
  return until === undefined
    ? `since ${formatDayAndClock(from)}`
    : `${formatDayAndClock(from)} to ${formatDayAndClock(until)}`
}
