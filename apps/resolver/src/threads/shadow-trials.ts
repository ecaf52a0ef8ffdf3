/**
 * What rules and lists that only record would have done to a query: it is decided once more as if they acted, by the same
 * function, and the two are compared when the query is finished. Only where one of them matched on the way of the real decision:
 * where none did, both are the same.
 */
import type { Decision } from '../query/decision.ts'
import type { QueryContext } from '../query/query-context.ts'
import { Trial } from '../query/trial.ts'
import { Judge } from '../rules/judge.ts'
import type { Policy } from '../rules/policy.ts'
import { effectBetween, effectCode } from '../rules/policy-effect.ts'

export class ShadowTrials {
  readonly #judge = new Judge()

  /** Fills `query.trial`. */
  try(policy: Policy, query: QueryContext): void {
    const { scratch } = policy
    const { view, receivedAtMs } = query
    const judge = this.#judge
    query.trial ??= new Trial()
    query.isTried = true
    scratch.sawShadow = false
    scratch.shadowRuleId = 0
    scratch.shadowListId = 0
    const { trial } = query
    this.asTrial(policy, () => {
      judge.judge(policy, view.qname, view.qtype, query, receivedAtMs)
      trial.ruleId = scratch.shadowRuleId
      trial.listId = scratch.shadowListId
    })
    trial.first.copyFrom(judge.first)
    trial.last.copyFrom(judge.last)
    trial.finalName = judge.finalName
    trial.isAliased = judge.isAliased
    trial.rewriteRuleId = 0
  }

  /** What is asked of the policy counts what only records; nothing of it is left to be seen afterwards. */
  asTrial({ scratch }: Policy, judge: () => void): void {
    scratch.isTrial = true
    try {
      judge()
    } finally {
      scratch.isTrial = false
      scratch.sawShadow = false
    }
  }

  /** An address rewrite that only records was just met. */
  noteRewrite(policy: Policy, query: QueryContext): void {
    const { shadowRuleId } = policy.scratch
    policy.scratch.sawShadow = false
    if (!query.isTried) this.try(policy, query)
    query.trial!.rewriteRuleId = shadowRuleId
  }

  /** Compares the trial with what became of the query. */
  settle(policy: Policy, query: QueryContext): void {
    const trial = query.trial!
    const { decision, aliases, lookupName, lookupNameLength, view } = query
    const real = {
      isAliased: aliases.length > 0,
      last: decision,
      finalName: lookupName.subarray(0, lookupNameLength),
    }
    query.shadowEffect = effectCode(effectBetween(real, trial, view.qtype))
    if (query.shadowEffect >= 0) return this.#blame(policy, query, trial)
    if (trial.rewriteRuleId === 0) return
    query.shadowEffect = effectCode('rewritten')
    query.shadowRuleId = trial.rewriteRuleId
  }

  /** Who decided in the trial, where that is one that only records; else the first such that matched, as a `badfilter` rule. */
  #blame(policy: Policy, query: QueryContext, { first, last, ruleId, listId }: Trial): void {
    const decider = deciderOf(policy, last) ?? deciderOf(policy, first)
    query.shadowRuleId = decider?.ruleId ?? ruleId
    query.shadowListId = decider?.listId ?? listId
  }
}

function deciderOf(policy: Policy, { ruleId, forwardRuleId, listId }: Decision) {
  if (listId !== 0 && policy.isShadow(0, listId)) return { ruleId: 0, listId }
  for (const id of [ruleId, forwardRuleId]) if (id !== 0 && policy.isShadow(id, 0)) return { ruleId: id, listId: 0 }
  return undefined
}
