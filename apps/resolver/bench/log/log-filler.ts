/** Rows of a query log, put in at a rate that a benchmark can wait for, with the postings that the log writer would make. */
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { sealSegment } from '@weir/shared/log/seal-segment'
import { SEGMENT_ROWS, segmentOf } from '@weir/shared/log/segment'
import { generatedName } from '../scale/generated-names.ts'

export interface LoggedQuery {
  /** Milliseconds; never less than that of the row before. */
  readonly at: number
  /** Number of a generated name. */
  readonly name: number
  /** From 0. */
  readonly client: number
  readonly type: number
  /** Positions in OUTCOMES and REASONS. */
  readonly outcome?: number
  readonly reason?: number
  readonly listId?: number | null
}

export const clientAddress = (i: number): string => `192.0.2.${i + 1}`

/** @throws Error when a migration fails */
export function makeDatabase(path: string, which: 'log' | 'weir'): Database {
  const database = openWriter(path, which === 'log' ? 'log' : 'config')
  const done = migrate(database, migrationsOf(which))
  if (!done.ok) throw new Error(`making ${which}.db`, { cause: done.error })
  return database
}

/** Inside a transaction of the caller's. */
export class LogFiller {
  readonly #log: Database
  readonly #insertName
  readonly #insert
  readonly #names = new Map<number, number>()
  #rows = 0

  /** @param clients at most 254 */
  constructor(log: Database, clients: number) {
    this.#log = log
    this.#insertName = log.prepare('INSERT INTO name (id, name, reversed) VALUES (?, ?, ?)')
    this.#insert = log.prepare(
      `INSERT INTO query (id, at, name_id, client_id, qtype, qclass, outcome, reason, transport, duration_us, list_id, rcode)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?, 0, 100, ?, 0)`,
    )
    const insertClient = log.prepare('INSERT INTO client (id, address) VALUES (?, ?)')
    for (let i = 0; i < clients; i++) insertClient.run(i + 1, clientAddress(i))
  }

  add({ at, name, client, type, outcome = 0, reason = 0, listId = null }: LoggedQuery): void {
    this.#insert.run(this.#rows, at, this.#idOf(name), client + 1, type, outcome, reason, listId)
    this.#rows++
    if (this.#rows % SEGMENT_ROWS === 0) sealSegment(this.#log, segmentOf(this.#rows - 1))
  }

  #idOf(name: number): number {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const id = this.#names.size + 1
    const text = generatedName(name)
    this.#insertName.run(id, text, `${text.split('.').reverse().join('.')}.`)
    this.#names.set(name, id)
    return id
  }
}
