/** Frame of a section: its fields, and below them what saving would do. */
import { fieldLabel } from '@weir/shared/contract/describe-change'
import { type ReactNode, useEffect, useRef } from 'react'
import type { FieldChange } from '../../lib/conflict-fields.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ErrorState } from '../../ui/states.tsx'
import styles from './settings.module.css'
import type { SectionForm } from './use-section.ts'

interface SectionFrameProps<T> {
  readonly title: string
  readonly note?: string
  readonly form: SectionForm<T>
  readonly children: ReactNode
}

export function SectionFrame<T>({ title, note, form, children }: SectionFrameProps<T>) {
  const fields = useRef<HTMLFormElement>(null)
  // What is wrong may be far above the button.
  useEffect(() => {
    if (form.isRefused) fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [form.isRefused])
  return (
    <Panel title={title} note={note}>
      <form
        ref={fields}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          form.save()
        }}
      >
        {children}
        <p role="status" className={styles.meanwhile}>
          {form.meanwhile.length > 0 &&
            `Somebody else has saved meanwhile: ${form.meanwhile.map(inWords).join(', ')}. What both changed is asked about when you save.`}
        </p>
        {form.error != null && <ErrorState what="Not saved" error={form.error} />}
        <div className={styles.buttons}>
          <Button type="submit" variant="strong" disabled={!form.isDirty} isBusy={form.isSaving}>
            Save
          </Button>
          {form.isDirty && (
            <Button variant="ghost" onClick={form.reset}>
              Put back
            </Button>
          )}
        </div>
      </form>
    </Panel>
  )
}

/** `TTL 60 → 11`, without the section that one is in. */
const inWords = ({ field, before, after }: FieldChange): string =>
  `${fieldLabel(field.slice(field.indexOf('.') + 1))} ${before ?? 'none'} → ${after ?? 'none'}`
