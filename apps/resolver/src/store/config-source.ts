/**
 * weir.db as the resolver follows it: what changed since the last reading, or everything where that cannot be said.
 *
 * A restored backup takes history back, whether it came by another file in weir.db's place, by SQLite's own `.restore`,
 * or has been edited since. So a position in history is the revision together with the time of its change: only when
 * weir.db still holds that pair is what follows a continuation.
 */
import { statSync } from 'node:fs'
import { type Database, openReader } from '@weir/shared/db/open-database'
import { eachRow } from '../rules/packed-rows.ts'
import type { ConfigData } from '../rules/policy-data.ts'
import { MAX_FAULTS } from './config-faults.ts'
import { loadConfig } from './load-config.ts'
import { damagedRule } from './load-rules.ts'

interface Position {
  readonly revision: number
  /** Milliseconds of the revision's last change; null: it has none, as in a new database. */
  readonly changedAt: number | null
}

export class ConfigSource {
  readonly #path: string
  readonly #fallbackServers: readonly string[]
  #database: Database | null = null
  #file = ''
  /** What `accept` was told last; null: nothing of weir.db is in effect. */
  #accepted: Position | null = null
  #read: Position | null = null
  /** Rules that could not be read when they were last looked at. */
  #damaged = new Set<number>()

  /** @param fallbackServers the upstreams of a first start, before settings exist */
  constructor(path: string, fallbackServers: readonly string[]) {
    this.#path = path
    this.#fallbackServers = fallbackServers
  }

  /** Microseconds; for a poll. @throws as `read` */
  hasNews(): boolean {
    return !isSame(positionOf(this.#open()), this.#accepted)
  }

  /**
   * @returns what changed since the reading that was accepted last, whole after a step back; null when nothing did
   * @throws Error when weir.db is missing or cannot be read
   */
  read(): ConfigData | null {
    const database = this.#open()
    // One read transaction: position and content are of one revision.
    return database.transaction(() => {
      this.#read = positionOf(database)
      if (isSame(this.#read, this.#accepted)) return null
      return this.#withOlderFaults(loadConfig(database, this.#fallbackServers, this.#continuesFrom(database)))
    })()
  }

  /** A reading of what changed does not look at rules that were damaged before it: they still are. */
  #withOlderFaults(config: ConfigData): ConfigData {
    const { rules, faults } = config
    const { damaged = [] } = rules
    if (rules.kind === 'full') {
      this.#damaged = new Set(damaged)
      return config
    }
    if (this.#damaged.size > 0) {
      for (const id of rules.deleted) this.#damaged.delete(id)
      for (const { id } of eachRow(rules.changed)) this.#damaged.delete(id)
    }
    const older = [...this.#damaged].map(damagedRule)
    for (const id of damaged) this.#damaged.add(id)
    return { ...config, faults: [...faults, ...older].slice(0, MAX_FAULTS) }
  }

  /** What was read last is in effect: the next reading starts there. */
  accept(): void {
    this.#accepted = this.#read
  }

  /** The next reading opens the file anew. */
  close(): void {
    this.#database?.close()
    this.#database = null
  }

  /** @returns the revision that weir.db's history goes on from; null: it is another history */
  #continuesFrom(database: Database): number | null {
    const from = this.#accepted
    if (!from || this.#read!.revision <= from.revision) return null
    return isKnown(database, from) ? from.revision : null
  }

  /** An open file that was removed or replaced would be read for ever. */
  #open(): Database {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (!found) {
      this.close()
      throw new Error('the file is missing')
    }
    const file = `${found.dev}:${found.ino}`
    if (file !== this.#file) this.close()
    this.#file = file
    this.#database ??= openReader(this.#path)
    return this.#database
  }
}

const isSame = (a: Position, b: Position | null): boolean => a.revision === b?.revision && a.changedAt === b.changedAt

function positionOf(database: Database): Position {
  const revision = database.prepare<[], number>('SELECT revision FROM config_revision').pluck().get() ?? 0
  return { revision, changedAt: changeTime(database, revision) }
}

/** An import that goes on later takes its change row along to its last revision: the time stays. */
const isKnown = (database: Database, { revision, changedAt }: Position): boolean =>
  changedAt === null
    ? changeTime(database, revision) === null
    : database
        .prepare('SELECT 1 FROM change WHERE revision >= ? AND at = ? ORDER BY id DESC LIMIT 1')
        .get(revision, changedAt) !== undefined

/** Found at once for any revision of late: ids follow revisions. */
const changeTime = (database: Database, revision: number): number | null =>
  database
    .prepare<[number], number>('SELECT at FROM change WHERE revision = ? ORDER BY id DESC LIMIT 1')
    .pluck()
    .get(revision) ?? null
