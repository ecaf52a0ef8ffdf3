/** Queries as we send them: header, one question, OPT. Never a client's subnet, cookie or any other option of a client. */
import { RrType } from '@weir/shared/dns/rr-type'
import { Flag, HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { writeUint16 } from '../../wire/octets.ts'
import { OPT_OCTETS, OWN_PAYLOAD_OCTETS } from '../../wire/write-opt.ts'
import type { ExchangeOptions, UpstreamQuestion } from './exchange.ts'
import type { RandomOctets } from './random-octets.ts'

const DNSSEC_OK = 0x8000

/** Where the question's type is, for a name of so many octets. */
const QUESTION_TAIL_OCTETS = 4

/**
 * Makes the query. AD is set: the server then tells whether it validated (RFC 6840 §5.7).
 * @param headroom octets left free in front, for the length of a stream's message
 */
export function encodeQuery(
  question: UpstreamQuestion,
  id: number,
  options: Pick<ExchangeOptions, 'withEdns' | 'mixCase'>,
  random: RandomOctets,
  headroom = 0,
): Buffer {
  const { name } = question
  const length = HEADER_OCTETS + name.length + QUESTION_TAIL_OCTETS + (options.withEdns ? OPT_OCTETS : 0)
  const buffer = Buffer.allocUnsafe(headroom + length)
  const message = headroom === 0 ? buffer : buffer.subarray(headroom)
  message.fill(0, 0, HEADER_OCTETS)
  writeUint16(message, HeaderOffset.id, id)
  writeUint16(message, HeaderOffset.flags, Flag.RD | Flag.AD | (question.checkingDisabled ? Flag.CD : 0))
  writeUint16(message, HeaderOffset.qdcount, 1)
  writeUint16(message, HeaderOffset.arcount, options.withEdns ? 1 : 0)
  for (let i = 0; i < name.length; i++) message[HEADER_OCTETS + i] = name[i]!
  if (options.mixCase) mixCase(message, name, random)
  const tail = HEADER_OCTETS + name.length
  writeUint16(message, tail, question.qtype)
  writeUint16(message, tail + 2, question.qclass)
  if (options.withEdns) writeOptRecord(message, tail + QUESTION_TAIL_OCTETS, question.dnssecOk)
  return buffer
}

/** Octets of a-z: label lengths end at 63, so none of them is one. */
const isLowerCase = (octet: number): boolean => octet >= 0x61 && octet <= 0x7a

function mixCase(message: Uint8Array, name: Uint8Array, random: RandomOctets): void {
  let bits = 1
  for (let i = 0; i < name.length; i++) {
    if (!isLowerCase(name[i]!)) continue
    if (bits === 1) bits = 0x100 | random.octet()
    if ((bits & 1) === 1) message[HEADER_OCTETS + i] = name[i]! - 0x20
    bits >>= 1
  }
}

function writeOptRecord(message: Uint8Array, offset: number, dnssecOk: boolean): void {
  message.fill(0, offset, offset + OPT_OCTETS)
  writeUint16(message, offset + 1, RrType.OPT)
  writeUint16(message, offset + 3, OWN_PAYLOAD_OCTETS)
  writeUint16(message, offset + 7, dnssecOk ? DNSSEC_OK : 0)
}
