/** What groups and schedules were called when a change was made, also those that are gone or renamed since. */
import type { NamesOfIds } from '@weir/shared/contract/describe-change'
import type { Database } from '@weir/shared/db/open-database'

type Named = 'group' | 'schedule'

const TABLES: Readonly<Record<Named, string>> = { group: 'client_group', schedule: 'schedule' }

export class NamesOfThen {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @param changeId by default after all changes */
  at(changeId: number = Number.MAX_SAFE_INTEGER): NamesOfIds {
    return {
      group: (id) => this.#nameOf('group', id, changeId),
      schedule: (id) => this.#nameOf('schedule', id, changeId),
    }
  }

  /** By its last change until then, else by what the next one found, else (it was never changed) as it is called now. */
  #nameOf(entity: Named, id: number, changeId: number): string | undefined {
    return (
      this.#database
        .prepare<[Record<string, string | number>], string | null>(
          `SELECT coalesce(
           (SELECT coalesce(after, before) ->> '$.name' FROM change
             WHERE entity = :entity AND entity_id = :thing AND id <= :changeId ORDER BY id DESC LIMIT 1),
           (SELECT before ->> '$.name' FROM change
             WHERE entity = :entity AND entity_id = :thing AND id > :changeId ORDER BY id LIMIT 1),
           (SELECT name FROM ${TABLES[entity]} WHERE id = :id))`,
        )
        .pluck()
        .get({ entity, thing: String(id), id, changeId }) ?? undefined
    )
  }
}
