/**
 * The first records of an answer in at most 64 octets, as the resolver notes them and log.db keeps them.
 *
 *     record: type (2 octets, network order) | length (1) | RDATA: 4 or 16 octets of an address, or an uncompressed name
 *
 * Types other than A, AAAA and CNAME have length 0: only that there was one is kept.
 */
import { fromWire } from '../dns/domain-name.ts'
import { formatAddress } from '../dns/ip-address.ts'
import { formatRrType, RrType } from '../dns/rr-type.ts'

export const MAX_ANSWER_SUMMARY_OCTETS = 64
export const ANSWER_RECORD_HEADER_OCTETS = 3

/** As a person reads it: `CNAME www.example.org, 192.0.2.1`. Ends at the first octets that make no sense. */
export function formatAnswerSummary(summary: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at + ANSWER_RECORD_HEADER_OCTETS <= summary.length; ) {
    const rrType = (summary[at]! << 8) | summary[at + 1]!
    const start = at + ANSWER_RECORD_HEADER_OCTETS
    const end = start + summary[at + 2]!
    if (end > summary.length) break
    const text = formatRecord(rrType, summary.subarray(start, end))
    if (text === undefined) break
    parts.push(text)
    at = end
  }
  return parts.join(', ')
}

function formatRecord(rrType: number, rdata: Uint8Array): string | undefined {
  if (rdata.length === 0) return formatRrType(rrType)
  if (rrType === RrType.A || rrType === RrType.AAAA)
    return rdata.length === (rrType === RrType.A ? 4 : 16) ? formatAddress(rdata) : undefined
  try {
    return `${formatRrType(rrType)} ${fromWire(rdata)}`
  } catch {
    return undefined
  }
}
