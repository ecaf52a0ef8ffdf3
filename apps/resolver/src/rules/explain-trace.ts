/** Turns what `decide` tells into the steps of an `Explanation`: every match, the winner first, and why it won or lost. */
import type { TraceStep } from '@weir/shared/contract/explain'
import { splitLabels } from '@weir/shared/dns/domain-name'
import { termFor } from '@weir/shared/groups/group-term'
import { isAllowClass, isImportantClass, matchOfClass, type NameClass } from '@weir/shared/lists/name-class'
import { formatRule } from '@weir/shared/rules/format-rule'
import { isRuleSetId, ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { type CompiledRule, RuleRole } from './compiled-rule.ts'
import type { DecisionTrace } from './decision-trace.ts'
import type { Policy } from './policy.ts'
import { isAllowLevel, isBlockLevel, Level, levelOf } from './verdict.ts'

type Match = TraceStep['matches'][number]

const BEHIND_OWN_RULES: ReadonlySet<TraceStep['step']> = new Set(['rewrite', 'lists', 'safe-search', 'route', 'answer'])

/** One match, with what it takes to say why it lost. */
interface Seen {
  readonly step: TraceStep['step']
  readonly rule: CompiledRule | null
  readonly listId: number
  readonly depth: number
  readonly level: Level | null
  readonly action: string
  readonly pattern: string
  readonly isCancelled: boolean
}

/** The rule as one line of the rule language. */
export const ruleText = ({ row }: CompiledRule): string =>
  formatRule({ ...row, queryTypes: row.queryTypes ?? [], groups: row.groups ?? [], comment: '' })

export class ExplainTrace implements DecisionTrace {
  readonly steps: TraceStep[] = []
  /** The rule that won in each step, for the name asked for; a plain name of a list is no rule. */
  readonly winners = new Map<TraceStep['step'], CompiledRule>()
  #isFirstName = true
  #seen: Seen[] = []
  readonly #gaveWay = new Map<CompiledRule, CompiledRule>()
  readonly #policy: Policy
  #name: string

  constructor(policy: Policy, name: string) {
    this.#policy = policy
    this.#name = name
  }

  /** An alias leads on to this name. */
  follow(name: string): void {
    this.#name = name
    this.#isFirstName = false
    this.#seen = []
  }

  matched(rule: CompiledRule, isCancelled = false): void {
    const { listId, isAllow, isImportant, row, role } = rule
    const isJudgement = role === RuleRole.Judgement
    const allows = isAllow || this.#policy.lists.get(listId)?.row.kind === 'allow'
    const action = role === RuleRole.Exception ? 'exempt' : row.action
    this.#seen.push({
      step: listId === 0 ? stepOfOwn(role) : rule.alias ? 'safe-search' : 'lists',
      rule,
      listId,
      depth: rule.name ? labelCount(row.pattern) : -1,
      level: isJudgement ? levelOf(allows, isImportant, row.yields) : null,
      action: isJudgement ? (allows ? 'allow' : 'block') : action,
      pattern: listId === 0 || !isJudgement ? ruleText(rule) : patternText(rule),
      isCancelled,
    })
  }

  gaveWay(block: CompiledRule, to: CompiledRule): void {
    this.#gaveWay.set(block, to)
  }

  matchedName(listId: number, nameClass: NameClass, depth: number, isCancelled = false): void {
    const allows = isAllowClass(nameClass) || this.#policy.lists.get(listId)?.row.kind === 'allow'
    const suffix = splitLabels(this.#name).slice(-depth).join('.')
    const match = matchOfClass(nameClass)
    this.#seen.push({
      step: 'lists',
      rule: null,
      listId,
      depth,
      level: levelOf(allows, isImportantClass(nameClass)),
      action: allows ? 'allow' : 'block',
      pattern: match === 'exact' ? suffix : match === 'suffix' ? `||${suffix}^` : `*.${suffix}`,
      isCancelled,
    })
  }

  step(
    step: TraceStep['step'],
    outcome: TraceStep['outcome'],
    detail: string,
    rule: CompiledRule | null = null,
    listId = 0,
    depth = 0,
  ): void {
    const hasWinner = rule !== null || listId !== 0
    const inStep = this.#seen.filter((seen) => seen.step === step)
    const winner = hasWinner ? inStep.find((seen) => isSame(seen, rule, listId, depth)) : undefined
    if (this.#isFirstName && rule) this.winners.set(step, rule)
    const losers = inStep.filter((seen) => seen !== winner)
    this.steps.push({
      step,
      outcome,
      detail: this.#isFirstName ? detail : `${this.#name}: ${detail}`,
      matches: [
        ...(winner ? [this.#match(winner, true, `the most specific of those that count${this.#hoursOf(winner)}`)] : []),
        ...losers.map((seen) => this.#match(seen, false, this.#whyNot(seen, winner))),
      ],
    })
  }

  /** Behind what own rules, or lists, have said, or in its place: what they would say at another time. */
  addResting(step: 'own-rules' | 'lists', detail: string): void {
    const at = this.steps.findLastIndex((one) => one.step === step)
    const next = step === 'lists' ? -1 : this.steps.findIndex((one) => BEHIND_OWN_RULES.has(one.step))
    const place = at >= 0 ? at + 1 : next >= 0 ? next : this.steps.length
    this.steps.splice(place, 0, { step, outcome: 'resting', detail, matches: [] })
  }

  /** Last: what only records. Nothing of it has decided. */
  shadow(detail: string, matches: readonly Match[]): void {
    this.steps.push({
      step: 'shadow',
      outcome: 'passed',
      detail,
      matches: matches.map((match) => ({
        ...match,
        won: false,
        why: match.won ? 'only recorded: it would have decided' : `only recorded: ${match.why}`,
      })),
    })
  }

  #whyNot(seen: Seen, winner: Seen | undefined): string {
    if (seen.isCancelled) return 'a badfilter rule switches it off'
    const to = seen.rule && this.#gaveWay.get(seen.rule)
    if (to) return `it yields: ${ruleText(to)} is for a longer name`
    return winner ? whyLost(seen, winner) : 'does not count here'
  }

  /** By which hours it holds now; empty: always. */
  #hoursOf({ rule, listId }: Seen): string {
    const { scratch, lists } = this.#policy
    const row = lists.get(listId)?.row
    const schedule = (row ? termFor(row, scratch.groupId).schedule : rule?.conditions?.schedule) ?? null
    return schedule === null ? '' : `; its hours are ${this.#policy.describeSchedule(schedule, scratch.nowMs)}`
  }

  #match({ rule, listId, action, pattern }: Seen, won: boolean, why: string): Match {
    const isList = listId !== 0 && !isRuleSetId(listId)
    return {
      action,
      pattern,
      ruleId: rule && listId === 0 ? rule.row.id : null,
      line: rule && isList ? this.#policy.lineOf(rule) : null,
      listId: isList ? listId : null,
      listName: isList ? (this.#policy.lists.get(listId)?.row.name ?? null) : null,
      ruleSet: ruleSetOfListId(listId) ?? null,
      won,
      why,
    }
  }
}

/** The step of an own rule. */
function stepOfOwn(role: RuleRole): TraceStep['step'] {
  if (role === RuleRole.Judgement) return 'own-rules'
  return role === RuleRole.Forward ? 'route' : 'rewrite'
}

const labelCount = (name: string): number => splitLabels(name).length

const patternText = ({ row }: CompiledRule): string => (row.match === 'regex' ? `/${row.pattern}/` : row.pattern)

const isSame = (seen: Seen, rule: CompiledRule | null, listId: number, depth: number): boolean =>
  rule !== null ? seen.rule === rule : seen.rule === null && seen.listId === listId && seen.depth === depth

function whyLost(loser: Seen, winner: Seen): string {
  if (loser.level !== null && winner.level !== null && loser.level !== winner.level) {
    if (isBlockLevel(winner.level) && isBlockLevel(loser.level)) return 'another one that blocks is more specific'
    if (isAllowLevel(winner.level) === isAllowLevel(loser.level)) return 'an important rule beats it'
    if (loser.level === Level.YieldingAllow || loser.level === Level.ImportantYieldingAllow)
      return 'a block that is more specific beats it'
    return isAllowLevel(winner.level) ? 'a rule that allows beats it' : 'a rule that blocks beats it'
  }
  if (loser.depth < winner.depth) return 'less specific'
  if (loser.listId !== winner.listId) return 'its list comes later, or matches less specifically'
  return 'another one says the same more specifically, or came first'
}
