/** Rules in words: for the table, the cards and the selects. */
import type { BlockAnswerKind } from '@weir/shared/contract/block-answer'
import type { Action, MatchKind, Rule } from '@weir/shared/contract/rules'
import type { OutcomeFamily } from '../../lib/outcome-family.ts'

/** The hue of an action is that of the outcome it leads to. */
export const FAMILY_OF_ACTION: Record<Action, OutcomeFamily> = {
  block: 'blocked',
  allow: 'cached',
  forward: 'forwarded',
  rewrite: 'rewritten',
  alias: 'rewritten',
}

export const MATCH_LABELS: Record<MatchKind, string> = {
  suffix: 'Name and everything below',
  exact: 'This name only',
  subdomains: 'Everything below, not the name',
  regex: 'Regular expression',
  address: 'Addresses in answers',
}

export const MATCH_SHORT: Record<MatchKind, string> = {
  suffix: 'and below',
  exact: 'exact',
  subdomains: 'only below',
  regex: 'regex',
  address: 'addresses',
}

export const ANSWER_LABELS: Record<BlockAnswerKind, string> = {
  null: 'Null address (0.0.0.0, ::)',
  nxdomain: 'NXDOMAIN: the name does not exist',
  nodata: 'NODATA: no such record',
  refused: 'REFUSED',
  drop: 'No reply at all',
  addresses: 'Given addresses',
}

/** What comes of it, shortly: target, servers, addresses, answer. */
export function outcomeOf(rule: Rule): string {
  if (rule.badfilter) return 'switches off equal rules'
  if (rule.tcpOnly) return 'over TCP only'
  if (rule.yields) return rule.answer?.kind ? `${rule.answer.kind}, yields` : 'yields'
  if (rule.exceptRewrite !== undefined) return `not rewritten${rule.exceptRewrite && ` to ${rule.exceptRewrite}`}`
  if (rule.rcode) return rule.rcode === 'NOERROR' ? 'NODATA' : rule.rcode
  if (rule.records) return [...(rule.ipv4 ?? []), ...(rule.ipv6 ?? []), ...rule.records].join(', ')
  if (rule.servers) return rule.servers.join(', ')
  if (rule.target !== undefined) return rule.target
  const addresses = [...(rule.answer?.ipv4 ?? rule.ipv4 ?? []), ...(rule.answer?.ipv6 ?? rule.ipv6 ?? [])]
  if (addresses.length > 0) return addresses.join(', ')
  return rule.answer?.kind ?? ''
}
