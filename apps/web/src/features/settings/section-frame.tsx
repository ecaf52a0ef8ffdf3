/** Frame of a section: its fields, and below them what saving would do. */
import type { ReactNode } from 'react'
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
  return (
    <Panel title={title} note={note}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          form.save()
        }}
      >
        {children}
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
