/**
 * "Why?" for a moment of the past: the policy of then is made anew for the one name, and asked as any other.
 *
 * Only what can match the name is read, from rows, images and the stored versions of lists, so that neither time nor
 * memory grow with the lists. Reads weir.db and log.db; runs in a thread of its own (inquiry-worker.ts).
 */
import { randomBytes } from 'node:crypto'
import type { ExplainedDecision, Explanation } from '@weir/shared/contract/explain'
import type { Database } from '@weir/shared/db/open-database'
import { type ChangeHead, changeOf, changesAfter, oldestRevision, PastImages } from '@weir/shared/policy/past-images'
import { ClientTable } from '../clients/client-table.ts'
import { describeClient } from '../clients/describe-client.ts'
import { IndexBuilder } from '../rules/compile-index.ts'
import { explain, type RuleExplanation } from '../rules/explain.ts'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import { Policy } from '../rules/policy.ts'
import type { ConfigData, IndexedList, ListRow } from '../rules/policy-data.ts'
import { type EffectiveState, stateAt } from './effective-state.ts'
import { loadConfig } from './load-config.ts'
import { pastConfig } from './past-config.ts'
import { RulesAbout } from './rules-about.ts'
import { toListRules, type VersionEntries, VersionNames } from './version-names.ts'

export interface PastQuestion {
  /** Canonical. */
  readonly name: string
  readonly qtype: number
  /** 16 octets. */
  readonly clientAddress: Uint8Array
  /** Empty: none. */
  readonly clientId: string
  readonly atMs: number
  readonly nowMs: number
  /** Names that the logged answer led to. */
  readonly targets: readonly string[]
}

export type PastExplanation = Omit<Explanation, 'logged'>

/** Aliases are followed that far; each needs the rules about its target. */
const MAX_NAMES = 9
/** Revisions that are tried for the one that made the difference; the time for it. */
const MAX_TRIED = 200
const TRYING_MS = 1000

/** @param log null: log.db cannot be read @returns why it cannot be told, in words */
export function explainPast(
  database: Database,
  log: Database | null,
  fallbackServers: readonly string[],
  question: PastQuestion,
): PastExplanation | string {
  // One read transaction: rows, images and versions are of one state. A second at most.
  return database.transaction(() => {
    const state = stateAt(database, log, question.atMs)
    if (state === undefined || state.revision < oldestRevision(database))
      return 'the history does not reach back to that moment'
    return new Inquiry(database, fallbackServers, question).answer(state)
  })()
}

class Inquiry {
  readonly #database: Database
  readonly #fallbackServers: readonly string[]
  readonly #question: PastQuestion
  readonly #versions: VersionNames
  readonly #entries = new Map<number, VersionEntries | null>()
  #about: RulesAbout
  #names: string[]
  #now: ConfigData
  #missing: string[] = []

  constructor(database: Database, fallbackServers: readonly string[], question: PastQuestion) {
    this.#database = database
    this.#fallbackServers = fallbackServers
    this.#question = question
    this.#versions = new VersionNames(database)
    this.#names = [question.name, ...question.targets]
    this.#about = new RulesAbout(this.#names)
    this.#now = loadConfig(database, fallbackServers, null, this.#about)
  }

  answer(state: EffectiveState): PastExplanation {
    const { atMs, nowMs } = this.#question
    const { explanation: then, missing } = this.#toTheEnd(state, atMs)
    const current = { revision: this.#now.revision, versions: null }
    const { explanation: now } = this.#toTheEnd(current, nowMs)
    const isSame = isSameDecision(then.decision, now.decision)
    return {
      ...then,
      policy: {
        revision: state.revision,
        at: atMs,
        isPast: state.revision < this.#now.revision,
        change: changeOf(this.#database, state.revision) ?? null,
        missing,
      },
      now: { decision: now.decision, isSame, since: isSame ? null : this.#since(state.revision, now.decision) },
    }
  }

  /** An alias leads to a name whose rules were not read yet: they are, and the question is asked again. */
  #toTheEnd(state: EffectiveState, atMs: number): { explanation: RuleExplanation; missing: string[] } {
    for (;;) {
      const explanation = this.#explain(state, new PastImages(this.#database), atMs)
      const { finalName } = explanation.decision
      if (this.#names.includes(finalName) || this.#names.length >= MAX_NAMES + this.#question.targets.length)
        return { explanation, missing: this.#missing }
      this.#names = [...this.#names, finalName]
      this.#about = new RulesAbout(this.#names)
      this.#entries.clear()
      this.#now = loadConfig(this.#database, this.#fallbackServers, null, this.#about)
    }
  }

  #explain(state: EffectiveState, images: PastImages, atMs: number): RuleExplanation {
    const config = pastConfig(this.#database, this.#now, images, this.#about, { revision: state.revision, atMs })
    this.#missing = [...images.gaps]
    const policy = this.#policyOf(config, state)
    const { name, qtype, clientAddress, clientId, targets } = this.#question
    const groupId = new ClientTable(config.clients, policy.defaultGroupId).groupOf(clientAddress, clientId)
    const identifiedBy = describeClient(config.clients, clientAddress, clientId)
    const client = { clientAddress, clientId, groupId }
    return explain(policy, { name, qtype, client, nowMs: atMs, targets, identifiedBy })
  }

  /** With an index of the few names that lists of then hold about the question. */
  #policyOf(config: ConfigData, { versions }: EffectiveState): Policy {
    const held = config.lists.flatMap((list) => {
      const versionId = versions === null ? list.activeVersionId : (versions.get(list.id) ?? null)
      const entries = list.enabled && versionId !== null ? this.#entriesOf(list, versionId) : null
      return entries && versionId !== null ? [{ listId: list.id, versionId, entries }] : []
    })
    const names = held.reduce((sum, { entries }) => sum + entries.names.length, 0)
    const builder = new IndexBuilder(names, randomBytes(HASH_KEY_OCTETS), config.revision)
    for (const [number, { entries }] of held.entries())
      for (const { octets, nameClass } of entries.names) builder.add(octets, 0, octets.length, number, nameClass)
    const indexed = held.map(
      ({ listId, versionId, entries }): IndexedList => ({ listId, versionId, names: entries.names.length }),
    )
    const policy = new Policy(config.settings)
    policy.replaceIndex(
      builder.finish(
        indexed,
        held.flatMap(({ listId, entries }) => toListRules(listId, entries)),
      ),
    )
    policy.apply(config)
    return policy
  }

  #entriesOf(list: ListRow, versionId: number): VersionEntries | null {
    let entries = this.#entries.get(versionId)
    if (entries === undefined) {
      entries = this.#versions.isKept(versionId) ? this.#versions.find(versionId, this.#about) : null
      this.#entries.set(versionId, entries)
    }
    if (entries === null)
      this.#missing.push(`the version of list ${list.name} of that moment (${versionId}) is no longer kept`)
    return entries
  }

  /** The newest change before which the policy decided otherwise, at the time of now. */
  #since(revision: number, now: ExplainedDecision): ChangeHead | null {
    const images = new PastImages(this.#database)
    const until = performance.now() + TRYING_MS
    for (const change of changesAfter(this.#database, revision, MAX_TRIED)) {
      const state = { revision: change.revision - 1, versions: null }
      const { decision } = this.#explain(state, images, this.#question.nowMs)
      if (!isSameDecision(decision, now)) return change
      if (performance.now() > until) return null
    }
    return null
  }
}

/** Do both give the client the same, by the same rule or list? */
const isSameDecision = (a: ExplainedDecision, b: ExplainedDecision): boolean =>
  a.action === b.action &&
  a.answer === b.answer &&
  a.reason === b.reason &&
  a.rule?.text === b.rule?.text &&
  a.list?.id === b.list?.id
