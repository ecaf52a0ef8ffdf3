/** Settings in the policy's text: a key for each section. What the file leaves out stays. */
import type { Settings, SettingsPatch } from '@weir/shared/contract/settings'
import { SettingsPatch as PatchSchema } from '@weir/shared/contract/settings'
import type { ConfigTransaction } from '../../config-store.ts'
import { fieldsOf, type NamesOfIds, type PolicyFields, type PolicySection } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField } from '../../problem-error.ts'
import type { SettingsStore } from '../../settings-store.ts'

/** A pause passes: it is no policy. */
const PASSING = new Set(['pausedUntil', 'pauseSeconds'])
const SECRET = /secret|password|token|privateKey/i

export function settingsSection(
  settings: SettingsStore,
  names: NamesOfIds,
  apply: (transaction: ConfigTransaction, patch: SettingsPatch) => void,
): PolicySection {
  const shown = (value: unknown): string | PolicyFields => {
    if (typeof value !== 'object' || value === null) return String(value)
    const kept = Object.entries(value).filter(([field]) => !PASSING.has(field) && !SECRET.test(field))
    // Also what is empty: a list that is empty says something here.
    return Object.fromEntries(kept.map(([field, part]) => [field, names.toFile({ [field]: part })[field] ?? part]))
  }
  const merged = (key: string, value: unknown): string | PolicyFields => {
    const current = settings.current.settings[key as keyof Settings]
    if (current === undefined) throw invalidField('', `there are no settings '${key}'`)
    if (typeof current !== 'object') return String(value)
    return { ...(shown(current) as PolicyFields), ...fieldsOf(value) }
  }
  return {
    name: 'settings',
    entity: 'settings',
    role: 'admin',
    form: 'map',
    comment: 'Settings; those that are left out stay as they are.',
    *read() {
      for (const [key, value] of Object.entries(settings.current.settings)) yield { key, value: shown(value) }
    },
    *accept(value, key) {
      yield { key, value: merged(key, value) }
    },
    create: () => undefined,
    update(transaction, _author, { key, value }) {
      const patch = typeof value === 'object' ? names.fromFile(value) : value
      apply(transaction, parsedFields(PatchSchema, { [key]: patch }))
    },
    settled: () => settings.forget(),
  }
}
