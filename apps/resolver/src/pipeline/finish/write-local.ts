/** Answers that Weir itself is the source of: local records and special-use names. */
import { Rcode } from '@weir/shared/dns/rcode'
import { RrType } from '@weir/shared/dns/rr-type'
import { SpecialUse } from '../../query/decision.ts'
import type { LocalAnswer } from '../../query/policy-parts.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { ResponseWriter } from '../../wire/write-response.ts'

const LOOPBACK: LocalAnswer = {
  ipv4: [Uint8Array.of(127, 0, 0, 1)],
  ipv6: [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
  pointers: [],
  records: [],
  rcode: Rcode.NOERROR,
  ttlSeconds: 10_800,
}
const SPECIAL_TTL_SECONDS = 3600

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
  query.rcode = rcode
  query.outLength = writer.finish()
}

export function writeSpecialUse(writer: ResponseWriter, query: QueryContext, use: SpecialUse): void {
  if (use === SpecialUse.Loopback) return writeLocalAnswer(writer, query, LOOPBACK)
  const rcode = use === SpecialUse.NxDomain ? Rcode.NXDOMAIN : Rcode.NOERROR
  startWithAliases(writer, query, rcode)
  writer.isAuthoritative = true
  writer.addSoa(SPECIAL_TTL_SECONDS)
  query.rcode = rcode
  query.outLength = writer.finish()
}
