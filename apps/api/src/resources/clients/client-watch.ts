/**
 * Looks who has begun to ask: notes them, puts new ones into quarantine where the settings say so, and finds their names by
 * PTR. All of it a few at a time, beside everything else; who is known survives the loss of log.db.
 */
import { clearInterval, setInterval } from 'node:timers'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { reverseName } from '@weir/shared/dns/reverse-name'
import { addressKind } from '@weir/shared/dns/special-address'
import { SYSTEM_AUTHOR } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import { EntryFinder } from './seen-clients.ts'
import type { ClientService } from './service.ts'

const LOOK_EVERY_MS = 1000
/** Known addresses that are kept: with random addresses a network has many. */
const MAX_KNOWN = 20_000
/** New clients that one look takes in; the rest waits for the next. */
const MAX_NEW_AT_ONCE = 500
/** Quarantined entries beyond these are not made: somebody makes up addresses. */
export const MAX_QUARANTINED = 1000
const QUARANTINE_FULL = `quarantine holds ${MAX_QUARANTINED} clients: newer ones stay in the default group`
const NAMES_AT_ONCE = 5
/** How long a name, or that there is none, is believed. */
const NAME_HOLDS_MS = 6 * 3_600_000

/** @returns the name that a PTR query gives, or null */
export type LookUpName = (reverse: string) => Promise<string | null>

interface NewClient {
  readonly address: string
  readonly firstAt: number
}

export class ClientWatch {
  readonly #deps: AppDeps
  readonly #clients: ClientService
  readonly #lookUp: LookUpName
  readonly #known = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #isAsking = false

  constructor(deps: AppDeps, clients: ClientService, lookUp: LookUpName) {
    this.#deps = deps
    this.#clients = clients
    this.#lookUp = lookUp
    for (const { address } of clients.repository.known()) this.#known.add(address)
  }

  start(): void {
    this.#timer = setInterval(() => this.#lookSafely(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #lookSafely(): void {
    try {
      this.look()
    } catch (error) {
      // weir.db is away or busy: the next look finds what this one did not note.
      this.#deps.logger.debug({ error }, 'looking for new clients')
    }
    void this.findNames()
  }

  /** One look at who has asked. */
  look(): void {
    const fresh = this.#newClients()
    if (fresh.length === 0) return
    const { repository, quarantineGroup } = this.#clients
    if (quarantineGroup !== null) this.#quarantine(fresh, quarantineGroup)
    for (const { address, firstAt } of fresh) {
      repository.addKnown(address, firstAt)
      this.#known.add(address)
    }
    if (this.#known.size <= MAX_KNOWN) return
    repository.pruneKnown(MAX_KNOWN)
    this.#known.clear()
    for (const { address } of repository.known()) this.#known.add(address)
  }

  #newClients(): NewClient[] {
    const rows = this.#deps.log.read((database) =>
      database
        .prepare<[], NewClient>(
          'SELECT address, first_at AS firstAt FROM seen_client ORDER BY last_at DESC LIMIT 20000',
        )
        .all(),
    )
    const fresh = (rows ?? []).filter(({ address }) => !this.#known.has(address) && parseAddress(address) !== undefined)
    return fresh.slice(0, MAX_NEW_AT_ONCE)
  }

  /** Whom an entry names already is no stranger. */
  #quarantine(fresh: readonly NewClient[], groupId: number): void {
    const { repository } = this.#clients
    const finder = new EntryFinder(repository.all())
    const strangers = fresh.filter(({ address }) => finder.find(address, null) === undefined)
    const room = Math.max(0, MAX_QUARANTINED - repository.countOf(groupId))
    if (strangers.length > room) this.#deps.faults.add(QUARANTINE_FULL)
    else this.#deps.faults.delete(QUARANTINE_FULL)
    if (strangers.length === 0 || room === 0) return
    this.#deps.config.transaction(SYSTEM_AUTHOR, (transaction) => {
      for (const { address } of strangers.slice(0, room))
        this.#clients.add(transaction, { identifier: address, name: '', groupId, tags: [], comment: 'new client' })
    })
  }

  /** Asks for a few names that are not known, or not any more. Only of addresses that the public DNS knows nothing of. */
  async findNames(): Promise<void> {
    if (this.#isAsking || !this.#deps.settings.current.settings.clients.findNames) return
    this.#isAsking = true
    try {
      const now = this.#deps.clock.now()
      const due = this.#clients.repository.dueForName(now - NAME_HOLDS_MS, NAMES_AT_ONCE)
      for (const address of due) await this.#findName(address, now)
    } catch (error) {
      this.#deps.logger.debug({ error }, 'finding names of clients')
    } finally {
      this.#isAsking = false
    }
  }

  async #findName(address: string, now: number): Promise<void> {
    const octets = parseAddress(address)
    const found = octets && hasNameOfItsOwn(octets) ? await this.#lookUp(reverseName(octets)) : null
    const { repository } = this.#clients
    const before = repository.known().find((one) => one.address === address)?.reverseName ?? null
    repository.saveReverseName(address, found, now)
    if (before === found) return
    // An entry that goes by the name means another address from now on: the resolver has to read it.
    for (const name of [before, found]) {
      const entry = name === null ? undefined : repository.findIdentifier(`name:${name}`)
      if (entry) this.#touch(entry.id)
    }
  }

  #touch(id: number): void {
    try {
      this.#deps.config.transaction(SYSTEM_AUTHOR, (transaction) => {
        const entry = this.#clients.get(id)
        this.#clients.change(transaction, entry, entry)
      })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
    }
  }
}

/** Nothing in the public DNS knows private addresses; this machine's own need no name, and asking for it would stand in its log. */
function hasNameOfItsOwn(address: Uint8Array): boolean {
  const kind = addressKind(address)
  return kind !== 'global' && kind !== 'loopback'
}
