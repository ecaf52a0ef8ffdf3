/** What makes two rules the same one: everything but enabled, expiry, comment and owner. */
import type { CheckedRule } from './checked-rule.ts'

/** Canonical text: equal for equal rules, different for all others. Stored, so its form must not change lightly. */
export function ruleIdentity(rule: CheckedRule): string {
  const { answer } = rule
  return JSON.stringify([
    rule.action,
    rule.match,
    rule.pattern,
    rule.important ? 1 : 0,
    rule.queryTypes,
    rule.ttlSeconds,
    rule.groups,
    answer ? [answer.kind ?? null, answer.ipv4 ?? [], answer.ipv6 ?? [], answer.txt ?? null, answer.mx ?? null] : null,
    rule.servers ?? null,
    rule.ipv4 ?? null,
    rule.ipv6 ?? null,
    rule.target ?? null,
  ])
}
