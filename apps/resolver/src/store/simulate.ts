/**
 * "What if?": the policy of now and that of a draft judge the same questions of the log, by the decision function that
 * answers queries. Reads both databases; runs in a thread of its own (simulation-worker.ts).
 *
 * Equal questions are judged once: a decision depends on name, type, group and, where schedules count, on the quarter of
 * an hour, and only where rules ask for clients on more. Timed overrides and pauses are left out: they will have ended.
 */
import { randomBytes } from 'node:crypto'
import type { SimulatedEffect, SimulationResult } from '@weir/shared/contract/simulation'
import type { Database } from '@weir/shared/db/open-database'
import { QUARTER_MS } from '@weir/shared/log/asked'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import { Policy, type TierOpener } from '../rules/policy.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { type AskedQuestions, NamesById, readAsked } from './asked-questions.ts'
import { type Draft, draftOf, NEW_RULE_ID } from './draft-config.ts'
import { DraftedRule, matcherOf } from './draft-findings.ts'
import { AskedSuffixes, draftIndex } from './draft-index.ts'
import { loadConfig } from './load-config.ts'
import { tierOpener } from './open-tier.ts'
import { PlainName } from './plain-name.ts'
import { SimulatedClients } from './simulated-clients.ts'
import { effectOf, SimulatedSide } from './simulated-side.ts'
import type { SimulationJob } from './simulation-messages.ts'
import { SimulationTally } from './simulation-tally.ts'

/** Questions whose names are read at once. */
const SLICE = 8192
/** @returns why there is no result, in words */
export function simulate(database: Database, log: Database, job: SimulationJob): SimulationResult | string {
  const startedAt = performance.now()
  const config = steady(loadConfig(database, job.fallbackServers))
  const draft = draftOf(config, job.changes)
  if (typeof draft === 'string') return draft
  const withTimes = usesSchedules(config) || usesSchedules(draft.config)
  const asked = readAsked(log, job, withTimes)
  const openTier = tierOpener(
    job.tiersPath,
    () => config.settings.storage,
    () => {},
  )
  const index = indexOf(database, log, job.index, draft, asked, openTier)
  if (typeof index === 'string') return index
  const run = new Simulation(
    log,
    job,
    asked,
    { now: config, drafted: draft.config },
    { now: job.index, drafted: index },
    openTier,
  )
  run.judgeAll()
  return { ...run.result(), durationMs: performance.now() - startedAt }
}

/** Without what ends by itself. */
const steady = (config: ConfigData): ConfigData => ({
  ...config,
  overrides: [],
  settings: { ...config.settings, blocking: { ...config.settings.blocking, pausedUntil: null } },
})

function usesSchedules(config: ConfigData): boolean {
  const { schedules, lists, ruleSets, groups } = config
  if (schedules.length === 0) return false
  const assigned = [...lists, ...ruleSets]
  return (
    rulesOf(config).some(({ schedule }) => schedule !== undefined && schedule !== null) ||
    groups.some(({ schedule }) => (schedule ?? null) !== null) ||
    assigned.some(
      ({ schedule, perGroup = [] }) => (schedule ?? null) !== null || perGroup.some((term) => term.schedule !== null),
    )
  )
}

/** The index of now, where no list has other content. @returns why a content cannot be used, in words */
function indexOf(
  database: Database,
  log: Database,
  index: CompiledIndex | null,
  { contents }: Draft,
  asked: AskedQuestions,
  openTier: TierOpener,
): CompiledIndex | null | string {
  if (contents.length === 0) return index
  const key = randomBytes(HASH_KEY_OCTETS)
  const suffixes = new AskedSuffixes(index, key, index?.tier ? openTier(index.tier) : null)
  const octets = new PlainName()
  forEachName(log, asked, (name) => {
    octets.read(name)
    suffixes.add(octets.reversed)
  })
  const made = draftIndex(database, index, key, contents, suffixes)
  return made.ok ? made.value : made.error
}

/** Calls `visit` for each name that is kept, with the positions of its questions: `order[from]` to before `order[until]`. */
function forEachName(
  log: Database,
  { table }: AskedQuestions,
  visit: (name: string, order: Uint32Array, from: number, until: number) => void,
): void {
  const names = new NamesById(log)
  const order = table.byName()
  for (let at = 0; at < order.length; ) {
    let sliceEnd = Math.min(order.length, at + SLICE)
    while (sliceEnd < order.length && isSameName(table.nameIds, order, sliceEnd)) sliceEnd++
    names.load(table.nameIds[order[at]!]!, table.nameIds[order[sliceEnd - 1]!]!)
    while (at < sliceEnd) {
      let until = at + 1
      while (until < sliceEnd && isSameName(table.nameIds, order, until)) until++
      const name = names.get(table.nameIds[order[at]!]!)
      // Empty: a query that could not be read, or a name that log privacy hides.
      if (name !== undefined && name !== '') visit(name, order, at, until)
      at = until
    }
  }
}

const isSameName = (nameIds: Uint32Array, order: Uint32Array, at: number): boolean =>
  nameIds[order[at]!] === nameIds[order[at - 1]!]

interface Pair<T> {
  readonly now: T
  readonly drafted: T
}

function policyOf(config: ConfigData, index: CompiledIndex | null, openTier: TierOpener): Policy {
  const policy = new Policy(config.settings, openTier)
  policy.replaceIndex(index)
  policy.apply(config)
  return policy
}

class Simulation {
  readonly #log: Database
  readonly #job: SimulationJob
  readonly #asked: AskedQuestions
  readonly #now: SimulatedSide
  readonly #drafted: SimulatedSide
  readonly #clients: SimulatedClients
  readonly #tally = new SimulationTally()
  readonly #rules: readonly DraftedRule[]
  readonly #asksForClients: boolean
  /** Null: more may change than the names that these are for. */
  readonly #changedRules: readonly ((name: string) => boolean)[] | null
  readonly #octets = new PlainName()
  #judgedNames = 0
  #judgedQueries = 0

  constructor(
    log: Database,
    job: SimulationJob,
    asked: AskedQuestions,
    configs: Pair<ConfigData>,
    indexes: Pair<CompiledIndex | null>,
    openTier: TierOpener,
  ) {
    this.#log = log
    this.#job = job
    this.#asked = asked
    this.#now = new SimulatedSide(policyOf(configs.now, indexes.now, openTier), configs.now)
    this.#drafted = new SimulatedSide(policyOf(configs.drafted, indexes.drafted, openTier), configs.drafted)
    this.#clients = new SimulatedClients(log, this.#now, this.#drafted)
    this.#asksForClients = this.#now.asksForClients || this.#drafted.asksForClients
    this.#changedRules = changedRules(job.changes, configs)
    this.#rules = job.changes.flatMap((change, at) =>
      change.kind === 'rule' && change.rule?.enabled
        ? [new DraftedRule(change.id ?? NEW_RULE_ID + at, change.rule)]
        : [],
    )
  }

  judgeAll(): void {
    forEachName(this.#log, this.#asked, (name, order, from, until) => {
      this.#judgedNames++
      this.#judgeName(name, order, from, until)
    })
  }

  /** Questions that cannot be decided otherwise are judged once. */
  #judgeName(name: string, order: Uint32Array, from: number, until: number): void {
    const { table } = this.#asked
    this.#octets.read(name)
    const { wire } = this.#octets
    const areMatched = this.#rules.filter((rule) => rule.ask(name)).length > 0
    if (!areMatched && this.#isLeftAlone(name)) {
      for (let i = from; i < until; i++) {
        this.#judgedQueries += table.counts[order[i]!]!
        this.#clients.find(table.clientIds[order[i]!]!)
      }
      return
    }
    const seen = new Map<number, SimulatedEffect | null>()
    for (let i = from; i < until; i++) {
      const at = order[i]!
      const client = this.#clients.find(table.clientIds[at]!)
      const qtype = table.qtypes[at]!
      const quarter = table.quarters[at]!
      const queries = table.counts[at]!
      this.#judgedQueries += queries
      const who = this.#asksForClients ? table.clientIds[at]! : client.groupsKey
      // A week has fewer quarters of an hour than 1024.
      const key = (who * 65_536 + qtype) * 1024 + (quarter & 1023)
      let effect = seen.get(key)
      const isKnown = effect !== undefined
      if (effect === undefined) {
        const nowMs = quarter === 0 ? this.#job.untilMs : quarter * QUARTER_MS
        this.#now.judge(wire, qtype, client.now, nowMs)
        this.#drafted.judge(wire, qtype, client.drafted, nowMs)
        effect = effectOf(this.#now, this.#drafted, qtype)
        seen.set(key, effect)
      }
      if (areMatched) this.#seeRules(wire, at, isKnown, effect !== null)
      if (effect !== null)
        this.#tally.add(effect, table.clientIds[at]!, queries, () => [this.#now.words(), this.#drafted.words()])
    }
    this.#tally.closeName(name)
  }

  /** No rule of the draft, as it was or would be, is for the name, and nothing else changes. */
  #isLeftAlone(name: string): boolean {
    return this.#changedRules !== null && !this.#changedRules.some((matches) => matches(name))
  }

  /** Who decides is asked of the judges again where the question was judged before. */
  #seeRules(wire: Uint8Array, at: number, isKnown: boolean, isChanged: boolean): void {
    const { table } = this.#asked
    if (isKnown) {
      const client = this.#clients.find(table.clientIds[at]!)
      const quarter = table.quarters[at]!
      const nowMs = quarter === 0 ? this.#job.untilMs : quarter * QUARTER_MS
      this.#now.judge(wire, table.qtypes[at]!, client.now, nowMs)
      this.#drafted.judge(wire, table.qtypes[at]!, client.drafted, nowMs)
    }
    for (const rule of this.#rules)
      rule.see(
        table.counts[at]!,
        this.#drafted.isDecidedBy(rule.id),
        isChanged,
        () => this.#now.words(),
        () => this.#drafted.words(),
      )
  }

  result(): Omit<SimulationResult, 'durationMs'> {
    const { fromMs, untilMs } = this.#job
    const { table, queries, isCut } = this.#asked
    const notes = this.#clients.notes
    const hidden = queries - this.#judgedQueries
    if (hidden > 0) notes.push(`${hidden} queries have no name in the log`)
    if (isCut) notes.push('the period holds more distinct questions than are judged: the oldest are left out')
    const queriesInAll = Math.max(this.#judgedQueries, countedQueries(this.#log, fromMs, untilMs))
    if (queriesInAll > queries) notes.push(`${queriesInAll - queries} queries of the period are not in the log`)
    return {
      from: fromMs,
      until: untilMs,
      effects: this.#tally.effects,
      names: this.#tally.names,
      clients: this.#tally.clients((id) => this.#clients.textOf(id)),
      findings: this.#rules.flatMap(({ finding }) => finding ?? []),
      covered: {
        queries: this.#judgedQueries,
        names: this.#judgedNames,
        questions: table.size,
        queriesInAll,
        notes,
      },
    }
  }
}

/** By the roll-ups, which count what the log leaves out too. Minutes at the edges count in part, and are left out. */
function countedQueries(log: Database, fromMs: number, untilMs: number): number {
  const rows = log
    .prepare<[number, number], string>('SELECT outcomes FROM rollup WHERE resolution = 3600 AND at >= ? AND at < ?')
    .pluck()
    .all(fromMs, untilMs - 3_600_000)
  return rows.reduce((sum, text) => sum + (JSON.parse(text) as number[]).reduce((a, b) => a + (b ?? 0), 0), 0)
}

/**
 * What the rules of a draft match, as they are and as they would be; null when the draft changes more than rules, or when
 * an alias may lead from a name that none matches to one that some do.
 */
function changedRules(changes: SimulationJob['changes'], { now, drafted }: Pair<ConfigData>) {
  if (mayLeadOn(now) || mayLeadOn(drafted)) return null
  const matchers: ((name: string) => boolean)[] = []
  for (const change of changes) {
    if (change.kind !== 'rule') return null
    const old = rulesOf(now).find(({ id }) => id === change.id)
    for (const rule of [old, change.rule]) {
      // The names of a local answer's addresses are answered too.
      if (rule?.action === 'rewrite') return null
      if (rule) matchers.push(matcherOf(rule))
    }
  }
  return matchers
}

const mayLeadOn = (config: ConfigData): boolean =>
  rulesOf(config).some(
    ({ action, records }) => action === 'alias' || records?.some((text) => text.startsWith('CNAME')),
  ) || config.ruleSets.some(({ kind, enabled }) => kind === 'safe-search' && enabled)
