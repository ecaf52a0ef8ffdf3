/**
 * One query as it lies in the ring between a worker and the log writer, in words of 32 bits, lowest octets first:
 *
 *      0  length of the record, a multiple of 8 (16 bits), kind: query, padding or shadowed query (2), octets of the
 *         client id (6), outcome (8)
 *      4  reason (8), transport (8), octets of the name (8), octets of the answer summary (8)
 *      8  wall clock, ms, a double
 *     16  duration, µs
 *     20  rule id
 *     24  list id
 *     28  QTYPE (16), QCLASS (16)
 *     32  upstream index, -1: none (16), RCODE, -1: nothing was sent (16)
 *     36  weight
 *     40  client address, 16 octets
 *     56  name as wire labels
 *      …  answer summary (shared/log/answer-summary.ts)
 *      …  client id
 *      …  padding to 8
 *      …  kind `shadowed` only: what would have been done (32 bits), rule id, list id, nothing
 *
 * Numbers are in the byte order of the machine: the ring never leaves it.
 */
import { MAX_CLIENT_ID_CHARACTERS } from '@weir/shared/clients/client-identifier'
import { MAX_NAME_OCTETS } from '@weir/shared/dns/domain-name'
import { MAX_ANSWER_SUMMARY_OCTETS } from '@weir/shared/log/answer-summary'

/** `Shadowed`: a query to which something that only records would have done something. */
export const RecordKind = { Query: 1, Padding: 2, Shadowed: 3 } as const

/** Bits of a record's kind; those of the length of the client id, which is one label at most, stand above. */
export const KIND_BITS = 2
export const KIND_MASK = (1 << KIND_BITS) - 1

export const RECORD_HEADER_OCTETS = 56
export const RECORD_ALIGNMENT = 8
/** What a shadowed query has behind its padding. */
export const SHADOW_OCTETS = 16
export const MAX_RECORD_OCTETS =
  Math.ceil(
    (RECORD_HEADER_OCTETS + MAX_NAME_OCTETS + MAX_ANSWER_SUMMARY_OCTETS + MAX_CLIENT_ID_CHARACTERS) / RECORD_ALIGNMENT,
  ) *
    RECORD_ALIGNMENT +
  SHADOW_OCTETS

export const roundUp = (octets: number): number => (octets + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT

/** What a record says, on either end. */
export interface LogFields {
  atMs: number
  outcome: number
  reason: number
  transport: number
  qtype: number
  qclass: number
  rcode: number
  durationUs: number
  ruleId: number
  listId: number
  upstreamIndex: number
  weight: number
  shadowEffect: number
  shadowRuleId: number
  shadowListId: number
  readonly client: Uint8Array
  /** ASCII, at most MAX_CLIENT_ID_CHARACTERS; empty: none. */
  clientId: string
  readonly name: Uint8Array
  nameLength: number
  readonly answer: Uint8Array
  answerLength: number
}

/** A record, read from a ring. One object is filled again and again: copy what must outlast the next one. */
export class LogRecord implements LogFields {
  // NaN and not 0: the engine keeps a field that began as a small integer apart from one that holds fractions.
  atMs = Number.NaN
  outcome = 0
  reason = 0
  transport = 0
  qtype = 0
  qclass = 0
  /** -1: nothing was sent. */
  rcode = -1
  durationUs = 0
  /** 0: none. */
  ruleId = 0
  /** 0: none. */
  listId = 0
  /** -1: none. */
  upstreamIndex = -1
  /** Queries that this record stands for: itself, and those left out before it. */
  weight = 1
  /** Position in POLICY_EFFECTS of what would have been done; -1: nothing. */
  shadowEffect = -1
  /** 0: none. */
  shadowRuleId = 0
  /** 0: none. */
  shadowListId = 0
  /** 16 octets, IPv4 mapped. */
  readonly client = Buffer.alloc(16)
  clientId = ''
  readonly name = Buffer.alloc(MAX_NAME_OCTETS)
  nameLength = 0
  readonly answer = Buffer.alloc(MAX_ANSWER_SUMMARY_OCTETS)
  answerLength = 0
}
