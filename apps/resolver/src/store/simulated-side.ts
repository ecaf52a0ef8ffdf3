/** One of the two policies of a simulation, with the last decision of its judge. */
import type { SimulatedEffect } from '@weir/shared/contract/simulation'
import { REASONS } from '@weir/shared/log/outcomes'
import { formatRule } from '@weir/shared/rules/format-rule'
import { ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { DecisionAction } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { Judge } from '../rules/judge.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import type { Policy } from '../rules/policy.ts'
import type { ConfigData, RuleRow } from '../rules/policy-data.ts'
import { effectBetween, type Judged } from '../rules/policy-effect.ts'

const asksForClient = ({ clients, clientTags }: RuleRow): boolean => clients !== undefined || clientTags !== undefined

export class SimulatedSide {
  readonly policy: Policy
  readonly config: ConfigData
  readonly #judge = new Judge()
  readonly #rules: ReadonlyMap<number, RuleRow>
  /** Rules that have decided, as text. */
  readonly #ruleTexts = new Map<number, string>()

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

  /** Upstreams have the same numbers on both sides. */
  get judged(): Judged {
    return this.#judge
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
    if (rule) return `rule ${this.#textOf(rule)}`
    return reason === 0 ? '' : (REASONS[reason] ?? '').replaceAll('-', ' ')
  }

  #textOf(rule: RuleRow): string {
    const known = this.#ruleTexts.get(rule.id)
    if (known !== undefined) return known
    const text = formatRule({ ...rule, queryTypes: rule.queryTypes ?? [], groups: rule.groups ?? [], comment: '' })
    this.#ruleTexts.set(rule.id, text)
    return text
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
  return effectBetween(now.judged, then.judged, qtype)
}
