/** One schedule in the side drawer: name, time zone, windows, and the week that they make. */
import { IconPlus } from '@tabler/icons-react'
import type { Schedule, TimeWindow } from '@weir/shared/contract/schedules'
import { checkSchedule } from '@weir/shared/schedules/check-schedule'
import { useState } from 'react'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { TextInput } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useDeleteSchedule, useSaveSchedule } from './change-schedules.ts'
import styles from './schedules.module.css'
import { WeekStrip } from './week-strip.tsx'
import { WindowFields } from './window-fields.tsx'

const NEW_WINDOW: TimeWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:30', until: '06:30' }
const MAX_WINDOWS = 50

interface ScheduleEditorProps {
  /** Null: a new one. */
  readonly schedule: Schedule | null
  readonly onClose: () => void
}

export function ScheduleEditor({ schedule, onClose }: ScheduleEditorProps) {
  const [draft, setDraft] = useState({
    name: schedule?.name ?? '',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    windows: schedule?.windows ?? [NEW_WINDOW],
    comment: schedule?.comment ?? '',
  })
  // Read anew meanwhile, it would pass for what this form was made from.
  const [base] = useState(schedule)
  const save = useSaveSchedule()
  const remove = useDeleteSchedule()
  const undo = useUndo()
  const toast = useToast()
  const faults = checkSchedule(draft)
  const errors: Readonly<Record<string, string>> = {
    ...(save.error instanceof ApiError ? save.error.fieldErrors : {}),
    ...Object.fromEntries(faults.map(({ field, message }) => [field, message])),
  }
  const setWindow = (at: number, window: TimeWindow) =>
    setDraft({ ...draft, windows: draft.windows.map((before, index) => (index === at ? window : before)) })
  const done = (message: string, revision: number) => {
    onClose()
    toast({ message, undo: () => undo.revision(revision) })
  }
  const submit = () =>
    save.mutate(
      { base, onTheirs: onClose, input: { ...draft, name: draft.name.trim() } },
      { onSuccess: ({ revision }) => done(`Schedule ${draft.name} saved`, revision) },
    )
  const onDelete = () =>
    remove.mutate(base!, {
      onSuccess: ({ revision }) => done(`Schedule ${schedule!.name} deleted`, revision),
      onError: (error) => toast({ message: `Not deleted: ${messageOf(error)}`, isError: true }),
    })
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={schedule ? `Schedule ${schedule.name}` : 'New schedule'}
      footer={
        <>
          {schedule && (
            <Button variant="danger" className={styles.spread} onClick={onDelete} isBusy={remove.isPending}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="strong"
            onClick={submit}
            disabled={draft.name.trim() === '' || draft.windows.length === 0 || faults.length > 0}
            isBusy={save.isPending}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextInput
          label="Name"
          data-autofocus
          value={draft.name}
          onChange={(name) => setDraft({ ...draft, name })}
          maxLength={100}
          error={errors['name']}
        />
        <TextInput
          label="Time zone"
          value={draft.timeZone}
          onChange={(timeZone) => setDraft({ ...draft, timeZone })}
          list="time-zones"
          help="The clock on the wall there, summer time included."
          error={errors['timeZone']}
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        {draft.windows.map((window, at) => (
          <WindowFields
            // biome-ignore lint/suspicious/noArrayIndexKey: windows have no names, and are only edited in place
            key={at}
            number={at + 1}
            window={window}
            error={errors[`windows[${at}].until`]}
            onChange={(changed) => setWindow(at, changed)}
            onRemove={
              draft.windows.length > 1
                ? () => setDraft({ ...draft, windows: draft.windows.filter((_, index) => index !== at) })
                : undefined
            }
          />
        ))}
        {errors['windows'] && (
          <p className={styles.error} role="alert">
            {errors['windows']}
          </p>
        )}
        <Button
          icon={<IconPlus size={15} />}
          className={styles.add}
          disabled={draft.windows.length >= MAX_WINDOWS}
          onClick={() => setDraft({ ...draft, windows: [...draft.windows, NEW_WINDOW] })}
        >
          Add hours
        </Button>
        <WeekStrip windows={draft.windows.filter(({ from, until }) => isTime(from) && isTime(until))} />
        <TextInput
          label="Comment"
          value={draft.comment}
          onChange={(comment) => setDraft({ ...draft, comment })}
          maxLength={1000}
          error={errors['comment']}
        />
        {save.error && Object.keys(errors).length === 0 && <ErrorState isAtEnd what="Not saved" error={save.error} />}
      </div>
    </Drawer>
  )
}

/** A time field that is being typed into is empty. */
const isTime = (text: string): boolean => /^\d\d:\d\d$/.test(text)
