/** What a client gets for a decision, in words: `0.0.0.0`, `NXDOMAIN`, `forwarded to 192.0.2.53`. */
import { fromWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { type Decision, DecisionAction, SpecialUse } from '../query/decision.ts'
import type { BlockPlan, LocalAnswer } from '../query/policy-parts.ts'

export function answerText(decision: Decision, qtype: number): string {
  switch (decision.action) {
    case DecisionAction.Block:
      return blockText(decision.block!, qtype)
    case DecisionAction.LocalAnswer:
      return localText(decision.local!)
    case DecisionAction.Alias:
      return 'SERVFAIL: its aliases go on too long'
    case DecisionAction.SpecialUse:
      return decision.local === null ? SPECIAL_WORDS[decision.specialUse] : localText(decision.local)
    default:
      return `forwarded to ${decision.upstreams?.servers.join(', ') ?? 'nobody'}`
  }
}

const SPECIAL_WORDS: Readonly<Record<SpecialUse, string>> = {
  [SpecialUse.NxDomain]: 'NXDOMAIN',
  [SpecialUse.NoData]: 'NODATA',
  [SpecialUse.Loopback]: '127.0.0.1, ::1',
  [SpecialUse.Records]: 'NODATA',
  [SpecialUse.LoopbackPointer]: 'localhost',
}

const NULL_TEXTS: Readonly<Record<string, string>> = { A: '0.0.0.0', AAAA: '::' }

function blockText(plan: BlockPlan, qtype: number): string {
  const type = formatRrType(qtype)
  switch (plan.kind) {
    case 'null':
      return NULL_TEXTS[type] ?? 'NODATA'
    case 'addresses': {
      const addresses = type === 'A' ? plan.ipv4 : type === 'AAAA' ? plan.ipv6 : []
      return addresses.map(formatAddress).join(', ') || 'NODATA'
    }
    case 'drop':
      return 'no answer'
    default:
      return plan.kind.toUpperCase()
  }
}

function localText({ ipv4, ipv6, pointers, records, rcode }: LocalAnswer): string {
  if (rcode !== 0) return formatRcode(rcode)
  const texts = [...ipv4, ...ipv6].map(formatAddress)
  const others = records.map(({ text }) => text)
  return [...texts, ...pointers.map((name) => fromWire(name)), ...others].join(', ') || 'NODATA'
}
