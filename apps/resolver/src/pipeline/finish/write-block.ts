/** Block answers (design section 3): every type is covered, and negative ones can be kept by clients. */
import { Rcode } from '@weir/shared/dns/rcode'
import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import type { BlockPlan } from '../../query/policy-parts.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { ResponseWriter } from '../../wire/write-response.ts'

const NULL_IPV4: readonly Uint8Array[] = [new Uint8Array(4)]
const NULL_IPV6: readonly Uint8Array[] = [new Uint8Array(16)]
const NONE: readonly Uint8Array[] = []
const RCODES: Partial<Record<BlockPlan['kind'], number>> = { nxdomain: Rcode.NXDOMAIN, refused: Rcode.REFUSED }

/** Several addresses take turns at the first place, which is the one that clients take. By family: clients ask for both. */
export class Rotation {
  #ipv4 = -1
  #ipv6 = -1

  /** 0, 1, … in 31 bits. */
  nextIpv4(): number {
    this.#ipv4 = (this.#ipv4 + 1) & 0x7fffffff
    return this.#ipv4
  }

  nextIpv6(): number {
    this.#ipv6 = (this.#ipv6 + 1) & 0x7fffffff
    return this.#ipv6
  }
}

/**
 * Writes the answer of `plan` to `query.out`; not for kind `drop`.
 * @param rotation where several addresses begin this time; kept from answer to answer
 */
export function writeBlock(writer: ResponseWriter, query: QueryContext, plan: BlockPlan, rotation: Rotation): void {
  const rcode = RCODES[plan.kind] ?? Rcode.NOERROR
  writer.start(query, rcode)
  const hasAnswer = rcode === Rcode.NOERROR && plan.kind !== 'nodata' && addRecords(writer, query, plan, rotation)
  if (!hasAnswer && rcode !== Rcode.REFUSED) writer.addSoa(plan.ttlSeconds)
  if (plan.extendedErrorText) explain(writer, query, plan)
  query.rcode = rcode
  query.outLength = writer.finish()
}

/** Names the list or rule; of a list's plain name, the name too. */
function explain(writer: ResponseWriter, { view, decision, lookupName }: QueryContext, plan: BlockPlan): void {
  writer.setExtendedError(plan.extendedErrorCode, plan.extendedErrorText)
  const { listedLabels } = decision
  if (listedLabels === 0 || !view.hasOpt) return
  const name = decision.listedName ?? lookupName
  const isAsked = name === view.qname
  writer.setExtendedErrorRule(
    name,
    isAsked ? view.labelOffsets[view.labelCount - listedLabels]! : offsetOfLast(listedLabels, name),
  )
}

/** Where the last `labels` of a wire name begin. */
function offsetOfLast(labels: number, name: Uint8Array): number {
  let surplus = -labels
  for (let at = 0; name[at] !== 0; at += 1 + name[at]!) surplus++
  let offset = 0
  for (; surplus > 0; surplus--) offset += 1 + name[offset]!
  return offset
}

/** @returns whether the plan has records of the type asked for */
function addRecords(writer: ResponseWriter, query: QueryContext, plan: BlockPlan, rotation: Rotation): boolean {
  const { qtype, qclass } = query.view
  if (qclass !== RrClass.IN && qclass !== RrClass.ANY) return false
  const wants = (rrType: number): boolean => qtype === rrType || qtype === RrType.ANY
  const isNull = plan.kind === 'null'
  const ipv4 = wants(RrType.A) ? (isNull ? NULL_IPV4 : plan.ipv4) : NONE
  const ipv6 = wants(RrType.AAAA) ? (isNull ? NULL_IPV6 : plan.ipv6) : NONE
  const txt = wants(RrType.TXT) ? plan.txtRdata : null
  const mx = wants(RrType.MX) ? plan.mxRdata : null
  addRotated(writer, ipv4, ipv4.length > 1 ? rotation.nextIpv4() : 0, plan.ttlSeconds)
  addRotated(writer, ipv6, ipv6.length > 1 ? rotation.nextIpv6() : 0, plan.ttlSeconds)
  if (txt) writer.addAnswer(RrType.TXT, txt, plan.ttlSeconds)
  if (mx) writer.addAnswer(RrType.MX, mx, plan.ttlSeconds)
  return ipv4.length > 0 || ipv6.length > 0 || txt !== null || mx !== null
}

function addRotated(writer: ResponseWriter, addresses: readonly Uint8Array[], first: number, ttlSeconds: number): void {
  for (let i = 0; i < addresses.length; i++) writer.addAddress(addresses[(first + i) % addresses.length]!, ttlSeconds)
}
