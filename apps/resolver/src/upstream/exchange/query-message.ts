/** Queries as we send them: header, one question, OPT. Never a client's subnet, cookie or any other option of a client. */
import { RrType } from '@weir/shared/dns/rr-type'
import { Flag, HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { copyOctets, writeUint16 } from '../../wire/octets.ts'
import { MAX_NAME_OCTETS } from '../../wire/query-view.ts'
import { OPT_OCTETS, OWN_PAYLOAD_OCTETS } from '../../wire/write-opt.ts'
import type { UpstreamQuestion } from './exchange.ts'
import type { RandomOctets } from './random-octets.ts'

const DNSSEC_OK = 0x8000

const QUESTION_TAIL_OCTETS = 4
/** Of the longest query. */
export const MAX_QUERY_OCTETS = HEADER_OCTETS + MAX_NAME_OCTETS + QUESTION_TAIL_OCTETS + OPT_OCTETS

/** What a query is made of besides its question. */
export interface QueryParts {
  readonly id: number
  /** The question's name, perhaps in mixed case. */
  readonly sentName: Uint8Array
  readonly withEdns: boolean
}

/**
 * Writes the query to `out`. AD is set: the server then tells whether it validated (RFC 6840 §5.7).
 * @returns its octets
 */
export function writeQuery(question: UpstreamQuestion, parts: QueryParts, out: Uint8Array): number {
  const { id, sentName, withEdns } = parts
  writeUint16(out, HeaderOffset.id, id)
  writeUint16(out, HeaderOffset.flags, Flag.RD | Flag.AD | (question.checkingDisabled ? Flag.CD : 0))
  writeUint16(out, HeaderOffset.qdcount, 1)
  writeUint16(out, HeaderOffset.ancount, 0)
  writeUint16(out, HeaderOffset.nscount, 0)
  writeUint16(out, HeaderOffset.arcount, withEdns ? 1 : 0)
  copyOctets(sentName, 0, sentName.length, out, HEADER_OCTETS)
  const tail = HEADER_OCTETS + sentName.length
  writeUint16(out, tail, question.qtype)
  writeUint16(out, tail + 2, question.qclass)
  const end = tail + QUESTION_TAIL_OCTETS
  if (!withEdns) return end
  writeOptRecord(out, end, question.dnssecOk)
  return end + OPT_OCTETS
}

/** Octets of a-z: label lengths end at 63, so none of them is one. */
const isLowerCase = (octet: number): boolean => octet >= 0x61 && octet <= 0x7a

/** A copy of `name`, each letter in a case of its own that chance chose. */
export function mixCase(name: Uint8Array, random: RandomOctets): Uint8Array {
  const mixed = new Uint8Array(name.length)
  let bits = 1
  for (let i = 0; i < name.length; i++) {
    const octet = name[i]!
    mixed[i] = octet
    if (!isLowerCase(octet)) continue
    if (bits === 1) bits = 0x100 | random.octet()
    if ((bits & 1) === 1) mixed[i] = octet - 0x20
    bits >>= 1
  }
  return mixed
}

function writeOptRecord(message: Uint8Array, offset: number, dnssecOk: boolean): void {
  for (let i = offset; i < offset + OPT_OCTETS; i++) message[i] = 0
  writeUint16(message, offset + 1, RrType.OPT)
  writeUint16(message, offset + 3, OWN_PAYLOAD_OCTETS)
  writeUint16(message, offset + 7, dnssecOk ? DNSSEC_OK : 0)
}
