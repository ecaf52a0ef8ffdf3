/** One window of a schedule: its days, from when, until when. */
import { IconX } from '@tabler/icons-react'
import type { TimeWindow } from '@weir/shared/contract/schedules'
import { DAYS } from '@weir/shared/schedules/days'
import { IconButton } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { DAY_LABELS } from './schedule-words.ts'
import styles from './schedules.module.css'

interface WindowFieldsProps {
  /** From 1, for screen readers. */
  readonly number: number
  readonly window: TimeWindow
  readonly error: string | undefined
  readonly onChange: (window: TimeWindow) => void
  /** Undefined: the last one stays. */
  readonly onRemove: (() => void) | undefined
}

export function WindowFields({ number, window, error, onChange, onRemove }: WindowFieldsProps) {
  const toggle = (day: (typeof DAYS)[number]) => {
    const days = window.days.includes(day) ? window.days.filter((one) => one !== day) : [...window.days, day]
    // A window of no day would hold never.
    if (days.length > 0) onChange({ ...window, days: DAYS.filter((one) => days.includes(one)) })
  }
  return (
    <fieldset className={styles.window}>
      <legend className="visually-hidden">Hours {number}</legend>
      <div className={styles.days}>
        {DAYS.map((day) => (
          <button key={day} type="button" aria-pressed={window.days.includes(day)} onClick={() => toggle(day)}>
            {DAY_LABELS[day]}
          </button>
        ))}
        {onRemove && (
          <IconButton label={`Remove hours ${number}`} onClick={onRemove}>
            <IconX size={15} />
          </IconButton>
        )}
      </div>
      <div className={styles.times}>
        <TextInput label="From" type="time" value={window.from} onChange={(from) => onChange({ ...window, from })} />
        <TextInput
          label={window.until <= window.from ? 'Until, on the next day' : 'Until'}
          type="time"
          value={window.until === '24:00' ? '00:00' : window.until}
          onChange={(until) => onChange({ ...window, until: until === '00:00' ? '24:00' : until })}
          error={error}
        />
      </div>
    </fieldset>
  )
}
