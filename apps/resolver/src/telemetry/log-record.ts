/**
 * One query as it lies in the ring between a worker and the log writer.
 *
 *      0  length of the record, a multiple of 8 (2)     24  list id (4)
 *      2  kind: query or padding (1)                    28  QTYPE (2)
 *      3  outcome (1)                                   30  QCLASS (2)
 *      4  reason (1)                                    32  upstream index, -1: none (2)
 *      5  transport (1)                                 34  RCODE, -1: nothing was sent (2)
 *      6  octets of the name (1)                        36  weight (4)
 *      7  octets of the answer summary (1)              40  client address, 16 octets
 *      8  wall clock, ms, a double (8)                  56  name as wire labels
 *     16  duration, µs (4)                               …  answer summary (shared/log/answer-summary.ts)
 *     20  rule id (4)                                    …  padding to 8
 *
 * Numbers are in the byte order of the machine: the ring never leaves it.
 */
import { MAX_NAME_OCTETS } from '@weir/shared/dns/domain-name'
import { MAX_ANSWER_SUMMARY_OCTETS } from '@weir/shared/log/answer-summary'

export const RecordKind = { Query: 1, Padding: 2 } as const

export const RECORD_HEADER_OCTETS = 56
export const RECORD_ALIGNMENT = 8
export const MAX_RECORD_OCTETS =
  Math.ceil((RECORD_HEADER_OCTETS + MAX_NAME_OCTETS + MAX_ANSWER_SUMMARY_OCTETS) / RECORD_ALIGNMENT) * RECORD_ALIGNMENT

export const roundUp = (octets: number): number => (octets + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT

/** A record, read from a ring. One object is filled again and again: copy what must outlast the next one. */
export class LogRecord {
  atMs = 0
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
  /** 16 octets, IPv4 mapped. */
  readonly client = Buffer.alloc(16)
  readonly name = Buffer.alloc(MAX_NAME_OCTETS)
  nameLength = 0
  readonly answer = Buffer.alloc(MAX_ANSWER_SUMMARY_OCTETS)
  answerLength = 0
}
