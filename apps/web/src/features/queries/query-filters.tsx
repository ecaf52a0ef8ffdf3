/** The filter bar: what is set here stands in the address bar. */
import { IconX } from '@tabler/icons-react'
import type { Outcome } from '@weir/shared/contract/queries'
import { useEffect, useState } from 'react'
import { formatDayAndClock } from '../../lib/format.ts'
import { OUTCOME_LABELS } from '../../lib/outcome-family.ts'
import { useDebounced } from '../../lib/use-debounced.ts'
import { useSlashFocus } from '../../lib/use-slash-focus.ts'
import { IconButton } from '../../ui/button.tsx'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import styles from './queries.module.css'
import { OUTCOME_OPTIONS, type QueryFilter } from './query-filter.ts'

interface QueryFiltersProps {
  readonly filter: QueryFilter
  readonly onChange: (patch: QueryFilter) => void
}

const TYPES = ['A', 'AAAA', 'HTTPS', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'SVCB', 'TXT', 'ANY'] as const
const TYPING_MS = 250

export function QueryFilters({ filter, onChange }: QueryFiltersProps) {
  return (
    <search className={styles.filters}>
      <div className={styles.name}>
        <TypedFilter
          id="query-name"
          label="Name"
          placeholder="Part of a name, or .example.org"
          value={filter.name}
          onChange={(name) => onChange({ name })}
        />
      </div>
      <div className={styles.client}>
        <TypedFilter
          id="query-client"
          label="Client"
          placeholder="Client address"
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
      {filter.rule !== undefined && (
        <Chip text={`rule ${filter.rule}`} onRemove={() => onChange({ rule: undefined })} />
      )}
      {filter.list !== undefined && (
        <Chip text={`list ${filter.list}`} onRemove={() => onChange({ list: undefined })} />
      )}
      {filter.rcode !== undefined && <Chip text={filter.rcode} onRemove={() => onChange({ rcode: undefined })} />}
      {(filter.from !== undefined || filter.until !== undefined) && (
        <Chip text={spanText(filter)} onRemove={() => onChange({ from: undefined, until: undefined })} />
      )}
    </search>
  )
}

interface TypedFilterProps {
  readonly id: string
  readonly label: string
  readonly placeholder: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** Waits until the typing rests; follows the address bar when that changes from elsewhere. */
function TypedFilter({ id, label, placeholder, value = '', onChange }: TypedFilterProps) {
  const [text, setText] = useState(value)
  const settled = useDebounced(text.trim(), TYPING_MS)
  const slash = useSlashFocus(id === 'query-name')
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed goes up; the value comes down above
  useEffect(() => {
    if (settled !== value && settled === text.trim()) onChange(settled === '' ? undefined : settled)
  }, [settled])
  return (
    <TextInput
      ref={slash}
      type="search"
      label={label}
      isLabelHidden
      isMono
      placeholder={placeholder}
      value={text}
      onChange={setText}
    />
  )
}

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
