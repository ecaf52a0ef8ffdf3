/** The run of a simulation: goes over the questions, has those in reach judged by both policies, and adds up. */
import type { SimulatedEffect, SimulationResult } from '@weir/shared/contract/simulation'
import type { Database } from '@weir/shared/db/open-database'
import { QUARTER_MS } from '@weir/shared/log/asked'
import type { Policy } from '../rules/policy.ts'
import type { ConfigData } from '../rules/policy-data.ts'
import type { AskedNames } from './asked-names.ts'
import type { AskedQuestions } from './asked-questions.ts'
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

/** What both policies say of a question, and of all that are judged as one with it. */
interface Verdict {
  readonly effect: SimulatedEffect | null
  /** Who decides, in words; empty where nobody asks for it. */
  readonly before: string
  readonly after: string
  /** In the order of the drafted rules: it is this one that decides. */
  readonly areDeciders: readonly boolean[]
}

/** Most questions: nothing changes, and no drafted rule is for the name. */
const UNCHANGED: Verdict = { effect: null, before: '', after: '', areDeciders: [] }

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
    const { table } = this.#parts.asked
    let isTouched = false
    this.#judgedNames++
    for (let at = from; at < until; at++) {
      this.#judgedQueries += table.countOf(at)
      isTouched = this.#clients.find(table.clientIdOf(at)).isTouched || isTouched
    }
    return isTouched
  }

  /** Questions that cannot be decided otherwise are judged once. @param isReached all of them, whoever asks */
  #judgeName(name: PlainName, isReached: boolean, from: number, until: number): void {
    const { table } = this.#parts.asked
    const { wire, text } = name
    let isMatched = false
    for (const rule of this.#rules) if (rule.ask(text)) isMatched = true
    const verdicts = until - from > 1 ? new Map<number, Verdict>() : null
    for (let at = from; at < until; at++) {
      const client = this.#clients.find(table.clientIdOf(at))
      if (!isReached && !client.isTouched) continue
      const who = this.#asksForClients ? table.clientIdOf(at) : client.groupsKey
      // A week has fewer quarters of an hour than 1024.
      const key = (who * 65_536 + table.qtypeOf(at)) * 1024 + (table.quarterOf(at) & 1023)
      let verdict = verdicts?.get(key)
      if (!verdict) {
        verdict = this.#judge(wire, at, client, isMatched)
        verdicts?.set(key, verdict)
      }
      this.#add(verdict, at, isMatched)
    }
    this.#tally.closeName(text)
  }

  #judge(wire: Uint8Array, at: number, client: SimulatedClient, isMatched: boolean): Verdict {
    const { table } = this.#parts.asked
    const qtype = table.qtypeOf(at)
    const quarter = table.quarterOf(at)
    const nowMs = quarter === 0 ? this.#job.untilMs : quarter * QUARTER_MS
    this.#now.judge(wire, qtype, client.now, nowMs)
    this.#drafted.judge(wire, qtype, client.drafted, nowMs)
    const effect = effectOf(this.#now, this.#drafted, qtype)
    if (effect === null && !isMatched) return UNCHANGED
    const areDeciders = isMatched ? this.#rules.map(({ id }) => this.#drafted.isDecidedBy(id)) : []
    return { effect, before: this.#now.words(), after: this.#drafted.words(), areDeciders }
  }

  #add({ effect, before, after, areDeciders }: Verdict, at: number, isMatched: boolean): void {
    const { table } = this.#parts.asked
    const queries = table.countOf(at)
    if (isMatched)
      for (const [i, rule] of this.#rules.entries()) {
        const isDecider = areDeciders[i] === true
        rule.see(queries, isDecider, effect !== null, before, after)
      }
    if (effect !== null) this.#tally.add(effect, table.clientIdOf(at), queries, before, after)
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
