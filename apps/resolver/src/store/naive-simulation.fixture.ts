/** What a simulation must count, found the long way: each question explained twice. */
import type { ExplainedDecision } from '@weir/shared/contract/explain'
import { SIMULATED_EFFECTS, type SimulatedEffect, type SimulationResult } from '@weir/shared/contract/simulation'
import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { expect } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { decideName } from '../rules/decide.ts'
import { explain } from '../rules/explain.ts'
import type { LivePolicy } from '../threads/live-policy.ts'

/** The end of the time that is looked at. */
export const UNTIL_MS = Date.UTC(2026, 0, 8)

export interface Asked {
  readonly name: string
  readonly client: string
  readonly qtype: number
}

/** One question by the ways that queries and explanations take: they must agree. */
function decisionOf(live: LivePolicy, { name, client, qtype }: Asked): ExplainedDecision {
  const clientAddress = client === '' ? new Uint8Array(16) : toMapped(parseAddress(client)!)
  const asked = { clientAddress, groupId: live.groupOf(clientAddress) }
  const { decision } = explain(live.policy, { name, qtype, client: asked, nowMs: UNTIL_MS })
  const direct = new Decision()
  decideName(live.policy, toWire(name), qtype, asked, UNTIL_MS, direct)
  expect(direct.action === DecisionAction.Block).toBe(['block', 'refuse', 'drop'].includes(decision.action))
  expect(direct.ruleId || direct.forwardRuleId).toBe(decision.rule?.id ?? 0)
  expect(direct.listId).toBe(decision.list?.id ?? 0)
  return decision
}

const isBlock = ({ action }: ExplainedDecision): boolean => ['block', 'refuse', 'drop'].includes(action)

/** 0: asked of an upstream, 1: blocked, 2: answered here. An alias is what its last name is. */
function fateOf(live: LivePolicy, asked: Asked): { fate: number; answer: string } {
  const decision = decisionOf(live, asked)
  const { action, finalName } = decision
  const end = action === 'alias' ? decisionOf(live, { ...asked, name: finalName }) : decision
  const answer = `${finalName} ${decision.answer}`
  if (isBlock(end)) return { fate: 1, answer }
  return { fate: action === 'alias' || !decision.answer.startsWith('forwarded') ? 2 : 0, answer }
}

/** The effect by two explanations. */
function naiveEffect(asked: Asked, now: LivePolicy, then: LivePolicy): SimulatedEffect | null {
  const [before, after] = [fateOf(now, asked), fateOf(then, asked)]
  if (before.fate !== after.fate) {
    if (after.fate === 1) return 'blocked'
    return after.fate === 2 ? 'rewritten' : before.fate === 1 ? 'freed' : 'otherwise'
  }
  if (before.answer === after.answer) return null
  return after.fate === 0 ? 'redirected' : 'otherwise'
}

export function naiveEffects(asked: readonly Asked[], now: LivePolicy, then: LivePolicy): SimulationResult['effects'] {
  const effects = asked.map((one) => naiveEffect(one, now, then))
  const found = SIMULATED_EFFECTS.map((effect) => {
    const hit = asked.filter((_, i) => effects[i] === effect)
    const distinct = (key: (one: Asked) => string): number => new Set(hit.map(key)).size
    const counts = { names: distinct(({ name }) => name), clients: distinct(({ client }) => client) }
    return [effect, { queries: hit.length, ...counts }]
  })
  return Object.fromEntries(found) as SimulationResult['effects']
}
