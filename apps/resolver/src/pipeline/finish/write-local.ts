/** Answers that Weir itself is the source of: local records and special-use names. */
import { toWire } from '@weir/shared/dns/domain-name'
import { Rcode } from '@weir/shared/dns/rcode'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Decision, SpecialUse } from '../../query/decision.ts'
import type { LocalAnswer } from '../../query/policy-parts.ts'
import type { QueryContext } from '../../query/query-context.ts'
import { HEADER_OCTETS } from '../../wire/header.ts'
import type { ResponseWriter } from '../../wire/write-response.ts'

const LOOPBACK: LocalAnswer = {
  ipv4: [Uint8Array.of(127, 0, 0, 1)],
  ipv6: [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
  pointers: [],
  records: [],
  rcode: Rcode.NOERROR,
  ttlSeconds: 10_800,
}
const LOOPBACK_POINTER: LocalAnswer = {
  ipv4: [],
  ipv6: [],
  pointers: [toWire('localhost')],
  records: [],
  rcode: Rcode.NOERROR,
  ttlSeconds: 10_800,
}
const SPECIAL_TTL_SECONDS = 3600
/** The question's name, by a pointer. */
const QNAME_POINTER = Uint8Array.of(0xc0, HEADER_OCTETS)

/** Starts a response with the aliases that led to the name looked up. */
export function startWithAliases(writer: ResponseWriter, query: QueryContext, rcode: number): void {
  writer.start(query, rcode)
  for (const { target, ttlSeconds } of query.aliases) writer.addCname(target, target.length, ttlSeconds)
}

const NONE: readonly Uint8Array[] = []

export function writeLocalAnswer(writer: ResponseWriter, query: QueryContext, local: LocalAnswer): void {
  const { rcode } = local
  startWithAliases(writer, query, rcode)
  writer.isAuthoritative = rcode === Rcode.NOERROR || rcode === Rcode.NXDOMAIN
  const { qtype } = query.view
  const ofType = (rrType: number, rdatas: readonly Uint8Array[]) =>
    qtype === rrType || qtype === RrType.ANY ? rdatas : NONE
  const answers = [
    [RrType.A, ofType(RrType.A, local.ipv4)],
    [RrType.AAAA, ofType(RrType.AAAA, local.ipv6)],
    [RrType.PTR, ofType(RrType.PTR, local.pointers)],
  ] as const
  for (const [rrType, rdatas] of answers) for (const rdata of rdatas) writer.addAnswer(rrType, rdata, local.ttlSeconds)
  let hasRecords = answers.some(([, rdatas]) => rdatas.length > 0)
  for (const { rrType, rdata } of local.records) {
    if (qtype !== rrType && qtype !== RrType.ANY) continue
    writer.addAnswer(rrType, rdata, local.ttlSeconds)
    hasRecords = true
  }
  const isAliasAsked = qtype === RrType.CNAME && query.aliases.length > 0
  // Failures are not kept by what an SOA record says (RFC 2308 §7).
  if (!isAliasAsked && !hasRecords && writer.isAuthoritative) writer.addSoa(local.ttlSeconds)
  if (local.additional !== undefined && hasRecords)
    for (const address of local.additional.addresses)
      writer.addAdditional(local.additional.owner, address, local.ttlSeconds)
  query.rcode = rcode
  query.outLength = writer.finish()
}

/** Special names are zones of ours that hold nothing: their SOA record stands at their top (RFC 2308 §3, RFC 6303 §3). */
export function writeSpecialUse(writer: ResponseWriter, query: QueryContext, decision: Decision): void {
  const { specialUse, specialOffset } = decision
  if (specialUse === SpecialUse.Loopback) return writeLocalAnswer(writer, query, LOOPBACK)
  if (decision.local !== null) return writeLocalAnswer(writer, query, decision.local)
  if (specialUse === SpecialUse.LoopbackPointer) return writeLocalAnswer(writer, query, LOOPBACK_POINTER)
  const rcode = specialUse === SpecialUse.NxDomain ? Rcode.NXDOMAIN : Rcode.NOERROR
  startWithAliases(writer, query, rcode)
  writer.isAuthoritative = true
  const isZoneAsked = rcode === Rcode.NOERROR && specialOffset === 0 && query.aliases.length === 0
  const { qtype } = query.view
  if (isZoneAsked && qtype === RrType.SOA) writer.addSoaAnswer(SPECIAL_TTL_SECONDS)
  else if (isZoneAsked && qtype === RrType.NS) writer.addAnswer(RrType.NS, QNAME_POINTER, SPECIAL_TTL_SECONDS)
  else writer.addSoa(SPECIAL_TTL_SECONDS, specialOffset)
  query.rcode = rcode
  query.outLength = writer.finish()
}
