/** The settings document of weir.db, one row per section; kept parsed, since every request asks for some of it. */

import { defaultSettings, type Settings } from '@weir/shared/contract/settings'
import type { Database } from '@weir/shared/db/open-database'

export type SettingsSection = keyof Settings

export interface StoredSettings {
  readonly settings: Settings
  /** The newest revision of any section: the document's ETag. */
  readonly revision: number
}

export class SettingsStore {
  readonly #select
  readonly #upsert
  #current: StoredSettings | undefined

  constructor(database: Database) {
    this.#select = database.prepare<[], { section: string; value: string; revision: number }>(
      'SELECT section, value, revision FROM setting',
    )
    this.#upsert = database.prepare(
      `INSERT INTO setting (section, value, revision) VALUES (?, ?, ?)
       ON CONFLICT (section) DO UPDATE SET value = excluded.value, revision = excluded.revision`,
    )
  }

  get current(): StoredSettings {
    this.#current ??= this.#read()
    return this.#current
  }

  /** Writes one section; inside a configuration transaction. Call `forget` when that transaction is over. */
  write<S extends SettingsSection>(section: S, value: Settings[S], revision: number): void {
    this.#upsert.run(section, JSON.stringify(value), revision)
  }

  /** The rows may have changed, or a transaction was rolled back: read them again. */
  forget(): void {
    this.#current = undefined
  }

  /** Fields that a newer Weir has added get their defaults. */
  #read(): StoredSettings {
    const settings: Record<string, unknown> = { ...defaultSettings([]) }
    let revision = 0
    for (const row of this.#select.all()) {
      revision = Math.max(revision, row.revision)
      if (!(row.section in settings)) continue
      const value: unknown = JSON.parse(row.value)
      const fallback = settings[row.section]
      settings[row.section] =
        typeof value === 'object' && typeof fallback === 'object' ? { ...fallback, ...value } : value
    }
    return { settings: settings as Settings, revision }
  }
}
