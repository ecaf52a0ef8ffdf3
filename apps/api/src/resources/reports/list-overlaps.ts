/** How many names of each list others cover; and which own rules block what a list blocks anyway. */
import {
  type ListOverlap,
  MAX_FINDINGS,
  MAX_REPORTED_LISTS,
  type PolicyReportBody,
} from '@weir/shared/contract/policy-report'
import type { Database } from '@weir/shared/db/open-database'
import { isAllowClass, matchOfClass, NAME_CLASS_COUNT, type NameMatch, nameClass } from '@weir/shared/lists/name-class'
import { NameCollector } from '@weir/shared/lists/name-collector'
import { type OverlapSource, walkOverlaps } from '@weir/shared/lists/overlap'
import { nameOfReversed } from '@weir/shared/lists/reversed-name'
import { namesOfVersion } from '../../version-chunks.ts'
import { isNarrowed, lineOf } from './rule-findings.ts'
import type { StoredRule } from './stored-rules.ts'

/** A list that is on and holds something. */
export interface ReportedList {
  readonly id: number
  readonly name: string
  readonly createdAt: number
  readonly versionId: number
  readonly entries: number
  readonly names: number
  /** For whom and when it holds, as text; equal ones hold for the same. */
  readonly scope: string
}

const EVERYBODY = '[] null'

export const readLists = (database: Database): ReportedList[] =>
  database
    .prepare<[], ReportedList>(
      `SELECT l.id, l.name, l.created_at AS createdAt, v.id AS versionId, v.names + v.complex_rules AS entries, v.names,
         l.groups || ' ' || coalesce(l.schedule_id, 'null') AS scope
       FROM list l JOIN list_version v ON v.id = l.active_version_id WHERE l.enabled = 1 AND l.shadow = 0 ORDER BY l.position, l.id`,
    )
    .all()

type Overlaps = Pick<PolicyReportBody, 'overlaps' | 'rulesInLists'>

/** @returns after telling, again and again, how many names it has seen */
export function* compareLists(
  database: Database,
  all: readonly ReportedList[],
  rules: readonly StoredRule[],
): Generator<number, Overlaps> {
  const lists = all.slice(0, MAX_REPORTED_LISTS)
  const tally = new Tally(lists, rules)
  const sources = [...sourcesOfLists(database, lists), ...sourcesOfRules(rules, lists.length + 1)]
  yield* walkOverlaps(sources, lists.length + 2, tally)
  return { overlaps: tally.overlaps(), rulesInLists: tally.rulesInLists }
}

/** All lists' exceptions stand together as one more list; only those for everybody. */
const sourcesOfLists = (database: Database, lists: readonly ReportedList[]): OverlapSource[] =>
  lists.flatMap(({ versionId, scope }, at) =>
    Array.from({ length: NAME_CLASS_COUNT }, (_, value) => value)
      .filter((value) => hasNames(database, versionId, value) && (!isAllowClass(value) || scope === EVERYBODY))
      .map((value) => ({
        list: isAllowClass(value) ? lists.length : at,
        match: matchOfClass(value),
        names: namesOfVersion(database, versionId, value),
      })),
  )

const hasNames = (database: Database, versionId: number, value: number): boolean =>
  database
    .prepare<[number, number], number>('SELECT 1 FROM list_chunk WHERE version_id = ? AND class = ? LIMIT 1')
    .get(versionId, value) !== undefined

/** Own rules that plainly block a name that has no escapes. */
function sourcesOfRules(rules: readonly StoredRule[], list: number): OverlapSource[] {
  const collector = new NameCollector()
  for (const { rule } of rules)
    if (isPlainBlock(rule) && /^[a-z0-9_.-]+$/.test(rule.pattern))
      collector.add(
        nameClass('block', rule.match as NameMatch, false),
        Buffer.from(rule.pattern),
        0,
        rule.pattern.length,
      )
  return collector.finish().map((names) => ({ list, match: matchOfClass(names.nameClass), names: names.cursor() }))
}

/** Whether it yields changes nothing where a list blocks the same. */
const isPlainBlock = ({ yields: _, ...rule }: StoredRule['rule']): boolean =>
  rule.action === 'block' &&
  rule.match !== 'regex' &&
  rule.match !== 'address' &&
  rule.answer === undefined &&
  rule.ttlSeconds === null &&
  !rule.important &&
  rule.badfilter === undefined &&
  !isNarrowed(rule)

class Tally {
  readonly rulesInLists: Overlaps['rulesInLists'] = { total: 0, items: [] }
  readonly #lists: readonly ReportedList[]
  readonly #rules: ReadonlyMap<string, StoredRule>
  readonly #names: Float64Array
  readonly #unique: Float64Array
  readonly #redundant: Float64Array
  readonly #allowed: Float64Array
  /** Row by row: names of one list that another covers. */
  readonly #shared: Float64Array
  /** May the other's cover be counted: for everybody, or for the same? */
  readonly #counts: Uint8Array

  constructor(lists: readonly ReportedList[], rules: readonly StoredRule[]) {
    const size = lists.length
    this.#lists = lists
    this.#rules = new Map(rules.filter(({ rule }) => isPlainBlock(rule)).map((stored) => [stored.rule.pattern, stored]))
    this.#names = new Float64Array(size)
    this.#unique = new Float64Array(size)
    this.#redundant = new Float64Array(size)
    this.#allowed = new Float64Array(size)
    this.#shared = new Float64Array(size * size)
    this.#counts = Uint8Array.from({ length: size * size }, (_, at) => {
      const other = lists[at % size]!.scope
      return other === EVERYBODY || other === lists[Math.floor(at / size)]!.scope ? 1 : 0
    })
  }

  name(list: number, coveredBy: Uint8Array, octets: Uint8Array, offset: number, length: number): void {
    const size = this.#lists.length
    if (list === size) return
    if (list > size) return this.#ownRule(coveredBy, octets.subarray(offset), length)
    this.#names[list]!++
    if (coveredBy[list] === 1) this.#redundant[list]!++
    if (coveredBy[size] === 1) this.#allowed[list]!++
    let isShared = false
    for (let other = 0; other < size; other++) {
      const at = list * size + other
      if (other === list || coveredBy[other] === 0 || this.#counts[at] === 0) continue
      this.#shared[at]!++
      isShared = true
    }
    if (!isShared) this.#unique[list]!++
  }

  #ownRule(coveredBy: Uint8Array, reversed: Uint8Array, length: number): void {
    const at = this.#lists.findIndex(({ scope }, list) => coveredBy[list] === 1 && scope === EVERYBODY)
    if (at < 0) return
    this.rulesInLists.total++
    const stored = this.#rules.get(nameOfReversed(reversed, length))
    const { id, name } = this.#lists[at]!
    if (stored && this.rulesInLists.items.length < MAX_FINDINGS)
      this.rulesInLists.items.push({ rule: lineOf(stored), list: { id, name } })
  }

  overlaps(): ListOverlap[] {
    const size = this.#lists.length
    return this.#lists.map(({ id, name }, list) => ({
      id,
      name,
      names: this.#names[list]!,
      unique: this.#unique[list]!,
      redundant: this.#redundant[list]!,
      allowed: this.#allowed[list]!,
      sharedWith: this.#lists
        .map((other, at) => ({ id: other.id, names: this.#shared[list * size + at]! }))
        .filter(({ names }) => names > 0)
        .sort((a, b) => b.names - a.names),
    }))
  }
}
