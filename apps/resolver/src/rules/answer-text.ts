/** What a client gets for a decision, in words: `0.0.0.0`, `NXDOMAIN`, `forwarded to 192.0.2.53`. Of records, those of the type asked for. */
import { fromWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Decision, DecisionAction, SpecialUse } from '../query/decision.ts'
import type { BlockPlan, LocalAnswer } from '../query/policy-parts.ts'

export function answerText(decision: Decision, qtype: number): string {
  switch (decision.action) {
    case DecisionAction.Block:
      return blockText(decision.block!, qtype)
    case DecisionAction.LocalAnswer:
      return localText(decision.local!, qtype)
    case DecisionAction.Alias:
      return 'SERVFAIL: its aliases go on too long'
    case DecisionAction.SpecialUse:
      return decision.local === null ? specialText(decision.specialUse, qtype) : localText(decision.local, qtype)
    default:
      return `forwarded to ${decision.upstreams?.servers.join(', ') ?? 'nobody'}`
  }
}

function specialText(specialUse: SpecialUse, qtype: number): string {
  switch (specialUse) {
    case SpecialUse.NxDomain:
      return 'NXDOMAIN'
    case SpecialUse.Loopback:
      return ofType(qtype, [
        [RrType.A, ['127.0.0.1']],
        [RrType.AAAA, ['::1']],
      ])
    case SpecialUse.LoopbackPointer:
      return ofType(qtype, [[RrType.PTR, ['localhost']]])
    default:
      return 'NODATA'
  }
}

type Typed = readonly [rrType: number, texts: readonly string[]]

/** ANY asks for every type. */
const ofType = (qtype: number, answers: readonly Typed[]): string =>
  answers.flatMap(([rrType, texts]) => (qtype === rrType || qtype === RrType.ANY ? texts : [])).join(', ') || 'NODATA'

function blockText(plan: BlockPlan, qtype: number): string {
  if (plan.kind === 'drop') return 'no answer'
  if (plan.kind !== 'null' && plan.kind !== 'addresses') return plan.kind.toUpperCase()
  const isNull = plan.kind === 'null'
  return ofType(qtype, [
    [RrType.A, isNull ? ['0.0.0.0'] : plan.ipv4.map(formatAddress)],
    [RrType.AAAA, isNull ? ['::'] : plan.ipv6.map(formatAddress)],
    [RrType.TXT, plan.txtRdata === null ? [] : [txtText(plan.txtRdata)]],
    [RrType.MX, plan.mxRdata === null ? [] : [mxText(plan.mxRdata)]],
  ])
}

/** The strings of one text, put together again. */
function txtText(rdata: Uint8Array): string {
  const strings: Uint8Array[] = []
  for (let at = 0; at < rdata.length; at += 1 + rdata[at]!) strings.push(rdata.subarray(at + 1, at + 1 + rdata[at]!))
  return `TXT ${JSON.stringify(Buffer.concat(strings).toString())}`
}

const mxText = (rdata: Uint8Array): string => `MX ${rdata[0]! * 256 + rdata[1]!} ${fromWire(rdata.subarray(2))}`

function localText({ ipv4, ipv6, pointers, records, rcode }: LocalAnswer, qtype: number): string {
  if (rcode !== 0) return formatRcode(rcode)
  return ofType(qtype, [
    [RrType.A, ipv4.map(formatAddress)],
    [RrType.AAAA, ipv6.map(formatAddress)],
    [RrType.PTR, pointers.map((name) => fromWire(name))],
    ...records.map(({ rrType, text }): Typed => [rrType, [text]]),
  ])
}
