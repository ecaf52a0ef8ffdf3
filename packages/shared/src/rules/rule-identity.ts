/** What makes two rules the same one: everything but enabled, shadow, expiry, comment and owner. */
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
    // What most rules have not: absent there, so that their text stays short.
    ...furtherParts(rule),
  ])
}

function furtherParts(rule: CheckedRule): unknown[] {
  const { clients, clientTags, exceptNames, badfilter, inverted, exceptRewrite, tcpOnly, yields } = rule
  const { records, rcode, overridesBlock, schedule } = rule
  const conditions = { clients, clientTags, exceptNames, badfilter, inverted, exceptRewrite, tcpOnly }
  const parts = { ...conditions, records, rcode, overridesBlock, schedule, yields }
  return Object.values(parts).some((part) => part !== undefined) ? [parts] : []
}
