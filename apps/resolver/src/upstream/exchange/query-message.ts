/**
 * Queries as we send them: header, one question, OPT, padded where they go encrypted, with a cookie of our own over UDP. Never a
 * client's subnet, cookie or any other option of a client.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { Flag, HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { writeUint16 } from '../../wire/octets.ts'
import { padMessage, QUERY_BLOCK_OCTETS } from '../../wire/padding.ts'
import { MAX_NAME_OCTETS } from '../../wire/query-view.ts'
import { OPT_OCTETS, OWN_PAYLOAD_OCTETS } from '../../wire/write-opt.ts'
import type { UpstreamQuestion } from './exchange.ts'
import { writeNameInCase } from './name-case.ts'
import { MAX_COOKIE_OCTETS, type UpstreamCookie } from './upstream-cookie.ts'

const DNSSEC_OK = 0x8000

const QUESTION_TAIL_OCTETS = 4
/** Of the longest query that is not padded. */
export const MAX_QUERY_OCTETS = HEADER_OCTETS + MAX_NAME_OCTETS + QUESTION_TAIL_OCTETS + OPT_OCTETS + MAX_COOKIE_OCTETS
export const MAX_PADDED_QUERY_OCTETS = Math.ceil((MAX_QUERY_OCTETS + 4) / QUERY_BLOCK_OCTETS) * QUERY_BLOCK_OCTETS

/** What a query is made of besides its question. */
export interface QueryParts {
  readonly id: number
  /** Which letters of the name are upper case (name-case.ts); 0: none. */
  readonly caseBits: number
  readonly withEdns: boolean
  /** Only with EDNS; `out` is then MAX_PADDED_QUERY_OCTETS long. */
  readonly isPadded?: boolean
  /** Only with EDNS, and not padded. */
  readonly cookie?: UpstreamCookie | null
}

/**
 * Writes the query to `out`. AD is set: the server then tells whether it validated (RFC 6840 §5.7).
 * @returns its octets
 */
export function writeQuery(question: UpstreamQuestion, parts: QueryParts, out: Uint8Array): number {
  const { id, caseBits, withEdns, isPadded = false, cookie = null } = parts
  const { name } = question
  writeUint16(out, HeaderOffset.id, id)
  writeUint16(out, HeaderOffset.flags, Flag.RD | Flag.AD | (question.checkingDisabled ? Flag.CD : 0))
  writeUint16(out, HeaderOffset.qdcount, 1)
  writeUint16(out, HeaderOffset.ancount, 0)
  writeUint16(out, HeaderOffset.nscount, 0)
  writeUint16(out, HeaderOffset.arcount, withEdns ? 1 : 0)
  writeNameInCase(name, caseBits, out, HEADER_OCTETS)
  const tail = HEADER_OCTETS + name.length
  writeUint16(out, tail, question.qtype)
  writeUint16(out, tail + 2, question.qclass)
  const end = tail + QUESTION_TAIL_OCTETS
  if (!withEdns) return end
  writeOptRecord(out, end, question.dnssecOk)
  const length = end + OPT_OCTETS
  if (cookie !== null) {
    const octets = cookie.write(out, length)
    writeUint16(out, length - 2, octets)
    return length + octets
  }
  return isPadded ? padMessage(out, length, end, QUERY_BLOCK_OCTETS, MAX_PADDED_QUERY_OCTETS) : length
}

function writeOptRecord(message: Uint8Array, offset: number, dnssecOk: boolean): void {
  for (let i = offset; i < offset + OPT_OCTETS; i++) message[i] = 0
  writeUint16(message, offset + 1, RrType.OPT)
  writeUint16(message, offset + 3, OWN_PAYLOAD_OCTETS)
  writeUint16(message, offset + 7, dnssecOk ? DNSSEC_OK : 0)
}
