/** An own block that yields gives way to what is for a longer name, as in the zones of dnsmasq, Unbound and RPZ (docs/adr/0012). */
import { type CompiledRule, MatchRank } from './compiled-rule.ts'
import type { Policy } from './policy.ts'

/**
 * Before step 4: such a block does not count where the own answer, or forward rule, that would have its say later is for a
 * longer name. Allocates nothing.
 * @param answersCount false: what is judged is the name that an answer leads to, which gets no answer of step 5
 * @returns the block that gave way, or null
 */
export function letBlockYield({ scratch }: Policy, answersCount: boolean): CompiledRule | null {
  const { own, answer, answerDepth, forward, forwardDepth, trace } = scratch
  if (!own.hasYieldingBlock) return null
  if (answer !== null && (forward === null || forwardDepth <= answerDepth)) {
    const block = answersCount ? own.letYield(answerDepth, answer.rank) : null
    if (block !== null) trace?.gaveWay(block, answer)
    return block
  }
  // Of forward rules only the length counts, as against local answers (docs/adr/0011).
  const block = forward === null ? null : own.letYield(forwardDepth, MatchRank.Regex)
  if (block !== null) trace?.gaveWay(block, forward!)
  return block
}
