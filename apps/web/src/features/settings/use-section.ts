/** A part of the settings as a form: edited apart, saved as one, faults at their fields. */
import type { Settings, SettingsPatch, SettingsState } from '@weir/shared/contract/settings'
import { useState } from 'react'
import { usePatchSettings } from '../../lib/api/settings.ts'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError } from '../../lib/api-error.ts'
import { changedFields, type FieldChange } from '../../lib/conflict-fields.ts'
import { useToast } from '../../ui/toast.tsx'

export type SectionKey = Exclude<keyof Settings, 'precedence'>

export interface SectionForm<T> {
  readonly value: T
  readonly set: (patch: Partial<T>) => void
  readonly isDirty: boolean
  readonly isSaving: boolean
  /** The last save was; until a field is touched. */
  readonly isRefused: boolean
  /** What the API says about a field of this section; lists tell their first faulty item. */
  readonly errorOf: (field: keyof T & string) => string | undefined
  /** Faults that belong to no field. */
  readonly error: unknown
  /** What somebody else has saved since this form was begun; it is shown as it is now, where this form has not touched it. */
  readonly meanwhile: readonly FieldChange[]
  readonly save: () => void
  readonly reset: () => void
}

/** The settings name groups by their ids alone. */
const NO_NAMES = { group: () => undefined, schedule: () => undefined }

export function useSection<K extends SectionKey>(settings: SettingsState, key: K): SectionForm<Settings[K]> {
  const [draft, setDraft] = useState<Partial<Settings[K]>>({})
  // What the form was made from: as it stood when the first field was touched.
  const [base, setBase] = useState<SettingsState | null>(null)
  const patch = usePatchSettings()
  const toast = useToast()
  const undo = useUndo()
  const reset = () => {
    patch.reset()
    setBase(null)
    setDraft({})
  }
  const value = { ...settings[key], ...draft }
  const fieldErrors = patch.error instanceof ApiError ? patch.error.fieldErrors : {}
  return {
    value,
    isDirty: JSON.stringify(value) !== JSON.stringify(settings[key]),
    isSaving: patch.isPending,
    isRefused: patch.isError,
    error: Object.keys(fieldErrors).length === 0 ? patch.error : null,
    errorOf: (field) => {
      const path = `${key}.${field}`
      return Object.entries(fieldErrors).find(
        ([name]) => name === path || name.startsWith(`${path}[`) || name.startsWith(`${path}.`),
      )?.[1]
    },
    set: (change) => {
      patch.reset()
      setBase(base ?? settings)
      setDraft({ ...draft, ...change })
    },
    meanwhile: base === null ? [] : changedFields({ [key]: base[key] }, { [key]: settings[key] }, NO_NAMES),
    reset,
    save: () =>
      patch.mutate(
        { patch: { [key]: draft } as SettingsPatch, base: base ?? settings, onTheirs: reset },
        {
          onSuccess: (saved) => {
            setBase(null)
            setDraft({})
            toast({
              message: saved.applied ? 'Saved and in effect' : 'Saved; the resolver takes it when it is back',
              undo: () => undo.revision(saved.revision),
            })
          },
        },
      ),
  }
}
