/** One of the two policies of a simulation, with the last decision of its judge. */
import type { SimulatedEffect } from '@weir/shared/contract/simulation'
import { REASONS } from '@weir/shared/log/outcomes'
import { formatRule } from '@weir/shared/rules/format-rule'
import { ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { DecisionAction } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { answerText } from '../rules/explain.ts'
import { Judge } from '../rules/judge.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import type { Policy } from '../rules/policy.ts'
import type { ConfigData, RuleRow } from '../rules/policy-data.ts'

/** What becomes of a query. */
const Fate = { Passed: 0, Blocked: 1, Local: 2 } as const
type Fate = (typeof Fate)[keyof typeof Fate]

const asksForClient = ({ clients, clientTags }: RuleRow): boolean => clients !== undefined || clientTags !== undefined

export class SimulatedSide {
  readonly policy: Policy
  readonly config: ConfigData
  readonly #judge = new Judge()
  readonly #rules: ReadonlyMap<number, RuleRow>

  constructor(policy: Policy, config: ConfigData) {
    this.policy = policy
    this.config = config
    this.#rules = new Map(rulesOf(config).map((rule) => [rule.id, rule]))
  }

  /** Some rule is for single clients, so that groups alone do not decide. */
  get asksForClients(): boolean {
    return [...this.#rules.values()].some(asksForClient) || this.policy.listRules.unsteadyCount > 0
  }

  judge(wire: Uint8Array, qtype: number, client: QueryClient, nowMs: number): void {
    this.#judge.judge(this.policy, wire, qtype, client, nowMs)
  }

  isDecidedBy(ruleId: number): boolean {
    const { first, last } = this.#judge
    return [first, last].some((decision) => decision.ruleId === ruleId || decision.forwardRuleId === ruleId)
  }

  get fate(): Fate {
    const { first, last } = this.#judge
    if (last.action === DecisionAction.Block) return Fate.Blocked
    if (first.action === DecisionAction.Alias) return Fate.Local
    return last.action === DecisionAction.LocalAnswer || last.action === DecisionAction.SpecialUse
      ? Fate.Local
      : Fate.Passed
  }

  /** What the client gets, for comparison with the other side. */
  answer(qtype: number): string {
    const { first, last, finalName } = this.#judge
    const text = answerText(last, qtype)
    return first.action === DecisionAction.Alias ? `${finalName.join()} ${text}` : text
  }

  /** Number of the upstreams that are asked; the same on both sides for the same servers. */
  get upstreams(): number {
    return this.#judge.last.upstreams?.id ?? -1
  }

  /** Who decides, in words. */
  words(): string {
    const { first } = this.#judge
    const verb = VERBS[first.action]
    const by = this.#decider()
    return by === '' ? verb : `${verb} by ${by}`
  }

  #decider(): string {
    const { ruleId, forwardRuleId, listId, reason } = this.#judge.first
    const set = ruleSetOfListId(listId)
    if (set) return set.kind === 'service' ? `service ${set.name}` : `safe search of ${set.name}`
    if (listId !== 0) return `list ${this.policy.lists.get(listId)?.row.name ?? listId}`
    const rule = this.#rules.get(ruleId || forwardRuleId)
    if (rule)
      return `rule ${formatRule({ ...rule, queryTypes: rule.queryTypes ?? [], groups: rule.groups ?? [], comment: '' })}`
    return reason === 0 ? '' : (REASONS[reason] ?? '').replaceAll('-', ' ')
  }
}

const VERBS: Readonly<Record<DecisionAction, string>> = {
  [DecisionAction.None]: 'forwarded',
  [DecisionAction.Allow]: 'allowed',
  [DecisionAction.Block]: 'blocked',
  [DecisionAction.LocalAnswer]: 'answered',
  [DecisionAction.Alias]: 'aliased',
  [DecisionAction.SpecialUse]: 'answered',
}

/** What the draft changes for a question that both sides have judged; null: nothing. */
export function effectOf(now: SimulatedSide, then: SimulatedSide, qtype: number): SimulatedEffect | null {
  const [before, after] = [now.fate, then.fate]
  if (before !== after) {
    if (after === Fate.Blocked) return 'blocked'
    return before === Fate.Blocked && after === Fate.Passed ? 'freed' : after === Fate.Local ? 'rewritten' : 'otherwise'
  }
  if (after === Fate.Passed) return now.upstreams === then.upstreams ? null : 'redirected'
  return now.answer(qtype) === then.answer(qtype) ? null : 'otherwise'
}
