/** Form fields: label, control, help and error, tied together for screen readers. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import styles from './field.module.css'

interface FieldFrame {
  readonly label: string
  /** Hides the label from sight where the place already says it. */
  readonly isLabelHidden?: boolean
  readonly help?: ReactNode
  readonly error?: string | undefined
  /** Stands inside the field's end: a unit. */
  readonly unit?: string
  readonly isMono?: boolean
}

interface Wiring {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

/** Frame around any control; gives it the ids to be described by. */
export function Field({
  label,
  isLabelHidden,
  help,
  error,
  unit,
  children,
}: FieldFrame & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  const describedBy = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ')
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={styles.control}>
        {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy || undefined })}
        {unit && <span className={styles.unit}>{unit}</span>}
      </div>
      {error && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className={styles.help}>
          {help}
        </p>
      )}
    </div>
  )
}

type TextInputProps = FieldFrame & { readonly ref?: Ref<HTMLInputElement> } & Omit<
    InputHTMLAttributes<HTMLInputElement>,
    'onChange'
  > & { readonly onChange: (value: string) => void }

export function TextInput({ label, isLabelHidden, help, error, unit, isMono, onChange, ...rest }: TextInputProps) {
  return (
    <Field {...frame({ label, isLabelHidden, help, error, unit })}>
      {(wiring) => (
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          {...wiring}
          className={`${styles.input} ${isMono ? styles.mono : ''}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

type TextAreaProps = FieldFrame &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> & { readonly onChange: (value: string) => void }

export function TextArea({ label, isLabelHidden, help, error, unit, isMono, onChange, ...rest }: TextAreaProps) {
  return (
    <Field {...frame({ label, isLabelHidden, help, error, unit })}>
      {(wiring) => (
        <textarea
          spellCheck={false}
          rows={3}
          {...rest}
          {...wiring}
          className={`${styles.input} ${styles.area} ${isMono ? styles.mono : ''}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

type SelectInputProps<T extends string> = FieldFrame &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> & {
    readonly value: T
    readonly options: readonly (readonly [value: T, label: string])[]
    readonly onChange: (value: T) => void
  }

export function SelectInput<T extends string>(props: SelectInputProps<T>) {
  const { label, isLabelHidden, help, error, unit, isMono: _, options, onChange, ...rest } = props
  return (
    <Field {...frame({ label, isLabelHidden, help, error, unit })}>
      {(wiring) => (
        <select
          {...rest}
          {...wiring}
          className={`${styles.input} ${styles.select}`}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** Drops what is undefined (exactOptionalPropertyTypes). */
const frame = (props: { [K in keyof FieldFrame]?: FieldFrame[K] | undefined } & { label: string }): FieldFrame =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as unknown as FieldFrame
