/** The run of a simulation: goes over the questions, has those in reach judged by both policies, and adds up. */
import type { SimulatedEffect, SimulationResult } from '@weir/shared/contract/simulation'
import type { Database } from '@weir/shared/db/open-database'
import { QUARTER_MS } from '@weir/shared/log/asked'
import type { Policy } from '../rules/policy.ts'
import type { ConfigData } from '../rules/policy-data.ts'
import type { AskedNames, AskedQuestions } from './asked-questions.ts'
import { NEW_RULE_ID } from './draft-config.ts'
import { DraftedRule } from './draft-findings.ts'
import type { PlainName } from './plain-name.ts'
import type { Reach } from './reach.ts'
import { type SimulatedClient, SimulatedClients } from './simulated-clients.ts'
import { effectOf, SimulatedSide } from './simulated-side.ts'
import type { SimulationJob } from './simulation-messages.ts'
import { SimulationTally } from './simulation-tally.ts'

interface Pair<T> {
  readonly now: T
  readonly drafted: T
}

interface SimulationParts {
  readonly asked: AskedQuestions
  /** Looked at. */
  readonly names: AskedNames
  readonly reach: Reach
  readonly configs: Pair<ConfigData>
  readonly policies: Pair<Policy>
}

/** Names between two reports of progress. */
const REPORT_EVERY = 8192

export class Simulation {
  readonly #log: Database
  readonly #job: SimulationJob
  readonly #parts: SimulationParts
  readonly #now: SimulatedSide
  readonly #drafted: SimulatedSide
  readonly #clients: SimulatedClients
  readonly #tally = new SimulationTally()
  readonly #rules: readonly DraftedRule[]
  readonly #asksForClients: boolean
  #judgedNames = 0
  #judgedQueries = 0

  constructor(log: Database, job: SimulationJob, parts: SimulationParts) {
    const { configs, policies, reach } = parts
    this.#log = log
    this.#job = job
    this.#parts = parts
    this.#now = new SimulatedSide(policies.now, configs.now)
    this.#drafted = new SimulatedSide(policies.drafted, configs.drafted)
    this.#clients = new SimulatedClients(log, this.#now, this.#drafted, reach)
    this.#asksForClients = this.#now.asksForClients || this.#drafted.asksForClients
    this.#rules = job.changes.flatMap((change, at) =>
      change.kind === 'rule' && change.rule?.enabled && !change.rule.shadow
        ? [new DraftedRule(change.id ?? NEW_RULE_ID + at, change.rule)]
        : [],
    )
  }

  /** @param onProgress told which part is done, 0…1 */
  judgeAll(onProgress: (part: number) => void): void {
    const { asked, names } = this.#parts
    const { table } = asked
    names.restart()
    for (let at = 0; at < table.names; at++) {
      if (at % REPORT_EVERY === 0) onProgress(at / table.names)
      if (!names.isNamed(at)) continue
      const [from, until] = [table.nameStarts[at]!, table.nameStarts[at + 1]!]
      const isReached = names.isReached(at)
      const isTouched = this.#count(from, until)
      if (isReached || isTouched) this.#judgeName(names.read(at), isReached, from, until)
    }
  }

  /** Counts the questions of a name. @returns whether the draft reaches some client that asks for it */
  #count(from: number, until: number): boolean {
    const { clientIds, counts } = this.#parts.asked.table
    let isTouched = false
    this.#judgedNames++
    for (let i = from; i < until; i++) {
      this.#judgedQueries += counts[i]!
      isTouched = this.#clients.find(clientIds[i]!).isTouched || isTouched
    }
    return isTouched
  }

  /** Questions that cannot be decided otherwise are judged once. @param isReached all of them, whoever asks */
  #judgeName(name: PlainName, isReached: boolean, from: number, until: number): void {
    const { table } = this.#parts.asked
    const { wire, text } = name
    const areMatched = this.#rules.filter((rule) => rule.ask(text)).length > 0
    const seen = new Map<number, SimulatedEffect | null>()
    for (let at = from; at < until; at++) {
      const client = this.#clients.find(table.clientIds[at]!)
      if (!isReached && !client.isTouched) continue
      const qtype = table.qtypes[at]!
      const who = this.#asksForClients ? table.clientIds[at]! : client.groupsKey
      // A week has fewer quarters of an hour than 1024.
      const key = (who * 65_536 + qtype) * 1024 + (table.quarters[at]! & 1023)
      let effect = seen.get(key)
      const isKnown = effect !== undefined
      if (effect === undefined) {
        this.#judge(wire, at, client)
        effect = effectOf(this.#now, this.#drafted, qtype)
        seen.set(key, effect)
      }
      if (areMatched) this.#seeRules(wire, at, isKnown, effect !== null)
      if (effect !== null)
        this.#tally.add(effect, table.clientIds[at]!, table.counts[at]!, () => [
          this.#now.words(),
          this.#drafted.words(),
        ])
    }
    this.#tally.closeName(text)
  }

  #judge(wire: Uint8Array, at: number, client: SimulatedClient): void {
    const { table } = this.#parts.asked
    const quarter = table.quarters[at]!
    const nowMs = quarter === 0 ? this.#job.untilMs : quarter * QUARTER_MS
    this.#now.judge(wire, table.qtypes[at]!, client.now, nowMs)
    this.#drafted.judge(wire, table.qtypes[at]!, client.drafted, nowMs)
  }

  /** Who decides is asked of the judges again where the question was judged before. */
  #seeRules(wire: Uint8Array, at: number, isKnown: boolean, isChanged: boolean): void {
    const { table } = this.#parts.asked
    if (isKnown) this.#judge(wire, at, this.#clients.find(table.clientIds[at]!))
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
    const { table, queries, isCut } = this.#parts.asked
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
