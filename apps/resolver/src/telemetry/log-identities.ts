/**
 * Names, clients and upstreams of log records as text and as ids of log.db, with the frequent ones in memory.
 *
 * Without a database (it is broken) the texts are still there, for live views and statistics; ids are 0.
 */

import type { Database, Statement } from '@weir/shared/db/open-database'
import { fromWire } from '@weir/shared/dns/domain-name'
import { reversedName } from '@weir/shared/log/reversed-name'
import { LRUCache } from 'lru-cache'
import { type ClientPrivacy, clientText } from './client-privacy.ts'
import type { LogRecord } from './log-record.ts'

export interface Identity {
  readonly id: number
  readonly text: string
}
export interface ClientIdentity extends Identity {
  /** Empty: none, or not to be told. */
  readonly clientId: string
}

/** About 4 MiB of names; the rest costs one look-up in an index each. */
const NAMES_IN_MEMORY = 20_000
const CLIENTS_IN_MEMORY = 4096

const NONE: Identity = { id: 0, text: '' }
const NOBODY: ClientIdentity = { ...NONE, clientId: '' }

/** Who and what a record is about; filled again for each record, like the record itself. */
export class RecordIdentities {
  name: Identity = NONE
  client: ClientIdentity = NOBODY
  upstream: Identity = NONE
}

export class LogIdentities {
  readonly #names = new LRUCache<string, Identity>({ max: NAMES_IN_MEMORY })
  readonly #clients = new LRUCache<string, ClientIdentity>({ max: CLIENTS_IN_MEMORY })
  readonly #upstreams = new Map<string, Identity>()
  #statements: Statements | null = null
  #privacy: ClientPrivacy = 'full'
  #upstreamAddresses: readonly string[] = []

  attach(database: Database | null): void {
    this.#statements = database && prepare(database)
    this.forget()
  }

  /** After a roll-back or a deletion: ids in memory may not exist. */
  forget(): void {
    this.#names.clear()
    this.#clients.clear()
    this.#upstreams.clear()
  }

  setPrivacy(privacy: ClientPrivacy): void {
    this.#privacy = privacy
    this.#clients.clear()
  }

  /** @param addresses by upstream index; grows, never shrinks */
  setUpstreams(addresses: readonly string[]): void {
    this.#upstreamAddresses = addresses
  }

  /** Inside a transaction where there is a database: what is new gets its row. */
  resolve(record: LogRecord, into: RecordIdentities): void {
    into.name = this.#nameOf(record)
    into.client = this.#clientOf(record)
    into.upstream = this.#upstreamOf(record)
  }

  #nameOf(record: LogRecord): Identity {
    const key = record.name.toString('latin1', 0, record.nameLength)
    const known = this.#names.get(key)
    if (known) return known
    const text = record.nameLength === 0 ? '' : fromWire(record.name)
    const identity = { id: this.#idOf('name', text), text }
    this.#names.set(key, identity)
    return identity
  }

  #clientOf(record: LogRecord): ClientIdentity {
    // Who is told by a prefix only must not be told by name.
    const clientId = this.#privacy === 'full' ? record.clientId : ''
    const key = this.#privacy === 'none' ? '' : record.client.toString('latin1') + clientId
    const known = this.#clients.get(key)
    if (known) return known
    const text = clientText(record.client, this.#privacy)
    const identity = { id: this.#idOf('client', text, clientId), text, clientId }
    this.#clients.set(key, identity)
    return identity
  }

  #upstreamOf(record: LogRecord): Identity {
    const text = this.#upstreamAddresses[record.upstreamIndex]
    if (text === undefined) return NONE
    const known = this.#upstreams.get(text)
    if (known) return known
    const identity = { id: this.#idOf('upstream', text), text }
    this.#upstreams.set(text, identity)
    return identity
  }

  /** @param clientId of clients only */
  #idOf(table: keyof Statements, text: string, clientId = ''): number {
    if (!this.#statements) return 0
    const { find, insert } = this.#statements[table]
    const key = table === 'name' ? [reversedName(text)] : table === 'client' ? [text, clientId] : [text]
    const found = find.pluck().get(...key) as number | undefined
    if (found !== undefined) return found
    return Number((table === 'name' ? insert.run(text, ...key) : insert.run(...key)).lastInsertRowid)
  }
}

type Statements = Record<'name' | 'client' | 'upstream', { find: Statement; insert: Statement }>

const prepare = (database: Database): Statements => ({
  name: {
    find: database.prepare('SELECT id FROM name WHERE reversed = ?'),
    insert: database.prepare('INSERT INTO name (name, reversed) VALUES (?, ?)'),
  },
  client: {
    find: database.prepare('SELECT id FROM client WHERE address = ? AND client_id = ?'),
    insert: database.prepare('INSERT INTO client (address, client_id) VALUES (?, ?)'),
  },
  upstream: {
    find: database.prepare('SELECT id FROM upstream WHERE address = ?'),
    insert: database.prepare('INSERT INTO upstream (address) VALUES (?)'),
  },
})
