/**
 * The five hues of the console: which outcome belongs to which, and in what words.
 * Charts, badges and rows all take them from here, so that one colour means one thing everywhere.
 */
import type { Outcome, Reason } from '@weir/shared/log/outcomes'

export const FAMILIES = ['cached', 'forwarded', 'blocked', 'rewritten', 'failed'] as const
export type OutcomeFamily = (typeof FAMILIES)[number]

const FAMILY_OF: Record<Outcome, OutcomeFamily> = {
  cached: 'cached',
  stale: 'cached',
  forwarded: 'forwarded',
  blocked: 'blocked',
  rewritten: 'rewritten',
  local: 'rewritten',
  failed: 'failed',
  refused: 'failed',
  dropped: 'failed',
}

export const OUTCOME_LABELS: Record<Outcome, string> = {
  cached: 'Cached',
  forwarded: 'Forwarded',
  blocked: 'Blocked',
  rewritten: 'Rewritten',
  local: 'Local',
  failed: 'Failed',
  refused: 'Refused',
  dropped: 'Dropped',
  stale: 'Stale',
}

export const FAMILY_LABELS: Record<OutcomeFamily, string> = {
  cached: 'From cache',
  forwarded: 'Forwarded',
  blocked: 'Blocked',
  rewritten: 'Rewritten',
  failed: 'Failed',
}

/** Why, as a person would say it. */
export const REASON_LABELS: Record<Reason, string> = {
  none: 'no rule applies',
  'own-block-rule': 'own block rule',
  'own-allow-rule': 'own allow rule',
  'list-block': 'block list',
  'list-allow': 'allow list',
  'service-block': 'blocked service',
  'safe-search': 'safe search',
  'forward-rule': 'forward rule',
  'alias-rule': 'alias',
  'local-answer-rule': 'local answer',
  'special-use-name': 'special-use name',
  'answer-inspection': 'a name or address in the answer is blocked',
  rebinding: 'private address in the answer (rebinding protection)',
  'access-list': 'client is not allowed to ask',
  'rate-limit': 'rate limit of the client',
  'malformed-message': 'malformed message',
  'unsupported-opcode': 'unsupported opcode',
  'unsupported-class': 'unsupported class',
  'invalid-query-type': 'type that nobody can ask for',
  'bad-cookie': 'cookie not ours',
  'zone-transfer': 'zone transfer refused',
  'bad-edns-version': 'unknown EDNS version',
  'minimal-any': 'ANY answered minimally (RFC 8482)',
  'upstream-timeout': 'upstream did not answer in time',
  'upstream-unreachable': 'upstream not reachable',
  'upstream-refused': 'upstream refused',
  overloaded: 'overloaded',
  'alias-loop': 'alias loop',
  bug: 'internal fault',
  override: 'timed override',
  'waiting-limit': 'too many queries of the client were waiting',
  dns64: 'IPv6 address made of an IPv4 one (DNS64)',
}

export const familyOf = (outcome: Outcome): OutcomeFamily => FAMILY_OF[outcome]

/** Adds up counts by outcome into the five families. */
export function sumByFamily(byOutcome: Partial<Record<Outcome, number>>): Record<OutcomeFamily, number> {
  const sums: Record<OutcomeFamily, number> = { cached: 0, forwarded: 0, blocked: 0, rewritten: 0, failed: 0 }
  for (const [outcome, count] of Object.entries(byOutcome)) {
    const family = FAMILY_OF[outcome as Outcome]
    if (family) sums[family] += count
  }
  return sums
}
