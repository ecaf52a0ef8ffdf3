/** The block answers of a policy, made when first needed: rule, else list, else group, else global (design section 3). */
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { Settings } from '@weir/shared/contract/settings'
import { isRuleSetId } from '@weir/shared/services/rule-set-number'
import type { BlockPlan } from '../query/policy-parts.ts'
import { planBlock } from './block-plan.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { ListTable } from './list-table.ts'
import type { GroupRow, ListRow } from './policy-data.ts'

/** Groups without an answer of their own share their plans under this key. */
const NO_GROUP = 0

/** Plans of the groups with one answer. Rules that are gone are forgotten with them. */
class PlanCache {
  readonly answers: readonly (SourceAnswer | null)[]
  readonly byRule = new WeakMap<CompiledRule, BlockPlan>()
  readonly byList = new Map<number, BlockPlan>()
  plain: BlockPlan | null = null
  override: BlockPlan | null = null
  rebinding: BlockPlan | null = null

  /** @param answers the group's, then that of "Everyone" */
  constructor(answers: readonly (SourceAnswer | null)[]) {
    this.answers = answers
  }
}

/** Made anew when settings, lists, groups or rule sets change. */
export class BlockPlans {
  readonly #blocking: Settings['blocking']
  readonly #lists: ListTable
  readonly #caches = new Map<number, PlanCache>()
  readonly #shared: PlanCache

  constructor(blocking: Settings['blocking'], lists: ListTable, groups: readonly GroupRow[]) {
    this.#blocking = blocking
    this.#lists = lists
    const everyone = groups.find(({ isDefault }) => isDefault)?.answer ?? null
    this.#shared = new PlanCache([everyone])
    this.#caches.set(NO_GROUP, this.#shared)
    for (const { id, isDefault, answer } of groups)
      if (answer !== null && !isDefault) this.#caches.set(id, new PlanCache([answer, everyone]))
  }

  /** The block answer of an own rule, or of a complex line of a list. */
  ofRule(rule: CompiledRule, groupId: number): BlockPlan {
    const cache = this.#cacheOf(groupId)
    const known = cache.byRule.get(rule)
    if (known) return known
    const list = rule.listId === 0 ? undefined : this.#lists.get(rule.listId)?.row
    const { pattern, match, answer, ttlSeconds } = rule.row
    const shown = match === 'regex' ? `/${pattern}/` : pattern
    const reason = list ? listReason(list, shown) : `blocked by rule ${shown}`
    const own: SourceAnswer = { ...answer, ...(ttlSeconds !== null && { ttlSeconds }) }
    const plan = this.#plan([own, list?.answer, ...cache.answers], reason)
    cache.byRule.set(rule, plan)
    return plan
  }

  /** The block answer of a list's plain names. A list that is gone answers as the group says. */
  ofList(listId: number, groupId: number): BlockPlan {
    const cache = this.#cacheOf(groupId)
    const known = cache.byList.get(listId)
    if (known) return known
    const list = this.#lists.get(listId)?.row
    if (!list) return this.#ofGroup(groupId)
    const plan = this.#plan([list.answer, ...cache.answers], listReason(list, null))
    cache.byList.set(listId, plan)
    return plan
  }

  /** Of rebinding protection. */
  ofRebinding(groupId: number): BlockPlan {
    const cache = this.#cacheOf(groupId)
    cache.rebinding ??= this.#plan(
      cache.answers,
      'blocked by rebinding protection: the answer leads to a private address',
    )
    return cache.rebinding
  }

  /** The block answer of no rule in particular. */
  #ofGroup(groupId: number): BlockPlan {
    const cache = this.#cacheOf(groupId)
    cache.plain ??= this.#plan(cache.answers, 'blocked by policy')
    return cache.plain
  }

  /** The block answer of a timed override. */
  ofOverride(groupId: number): BlockPlan {
    const cache = this.#cacheOf(groupId)
    cache.override ??= this.#plan(cache.answers, 'blocked for a while by an override')
    return cache.override
  }

  #cacheOf(groupId: number): PlanCache {
    return this.#caches.size === 1 ? this.#shared : (this.#caches.get(groupId) ?? this.#shared)
  }

  #plan(answers: readonly (SourceAnswer | null | undefined)[], reason: string): BlockPlan {
    const { answer, ttlSeconds, extendedErrors } = this.#blocking
    return planBlock([...answers, answer], ttlSeconds, extendedErrors ? reason : null)
  }
}

function listReason({ id, name }: ListRow, pattern: string | null): string {
  if (isRuleSetId(id)) return `blocked by service ${name}`
  return pattern === null ? `blocked by list ${name}` : `blocked by list ${name}, rule ${pattern}`
}
