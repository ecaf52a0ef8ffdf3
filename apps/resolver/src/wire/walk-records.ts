/**
 * Walks the records of a message by offsets, without reading more than it needs (RFC 1035 §4.1.3).
 *
 * ```
 *  ownerOffset        fixedOffset                                rdataOffset          end
 *  | owner name ...   | TYPE | CLASS | TTL (4) | RDLENGTH |       | RDATA ...          |
 * ```
 */
import { HEADER_OCTETS, HeaderOffset } from './header.ts'
import { readUint16, readUint32 } from './octets.ts'
import { skipName } from './read-name.ts'

export const Section = { Answer: 1, Authority: 2, Additional: 3 } as const
export type Section = (typeof Section)[keyof typeof Section]

/** TYPE, CLASS, TTL and RDLENGTH. */
export const RECORD_FIXED_OCTETS = 10
const QUESTION_TAIL_OCTETS = 4

/**
 * A place in a message. Made once and used again: `start`, then `next` until it says false.
 *
 * Bounds are checked for each record's frame; the content of RDATA is not looked at.
 */
export class RecordCursor {
  section: Section = Section.Answer
  ownerOffset = 0
  fixedOffset = 0
  rdataOffset = 0
  rdataLength = 0
  /** Offset behind the record; after `start`, behind the questions. */
  end = 0
  /** True once a record, or a question, did not fit into the message. */
  isMalformed = false

  #message: Uint8Array = new Uint8Array(HEADER_OCTETS)
  #length = 0
  #left = 0

  /**
   * Goes to the first record. `message` is read, never changed, until the last `next`.
   * @param length octets in use
   */
  start(message: Uint8Array, length: number): void {
    this.#message = message
    this.#length = length
    this.isMalformed = length < HEADER_OCTETS
    this.section = Section.Answer
    this.end = HEADER_OCTETS
    this.#left = 0
    if (this.isMalformed) return
    for (let i = readUint16(message, HeaderOffset.qdcount); i > 0; i--) {
      const position = skipName(message, length, this.end)
      if (position < 0 || position + QUESTION_TAIL_OCTETS > length) {
        this.isMalformed = true
        return
      }
      this.end = position + QUESTION_TAIL_OCTETS
    }
    this.#left = readUint16(message, HeaderOffset.ancount)
  }

  /** Goes to the next record. @returns false behind the last one, and at a record that does not fit (`isMalformed`) */
  next(): boolean {
    if (this.isMalformed) return false
    while (this.#left === 0) {
      if (this.section === Section.Additional) return false
      this.section++
      this.#left = readUint16(
        this.#message,
        this.section === Section.Authority ? HeaderOffset.nscount : HeaderOffset.arcount,
      )
    }
    const fixed = skipName(this.#message, this.#length, this.end)
    const rdata = fixed + RECORD_FIXED_OCTETS
    if (fixed < 0 || rdata > this.#length) return this.#fail()
    const rdataLength = readUint16(this.#message, fixed + 8)
    if (rdata + rdataLength > this.#length) return this.#fail()
    this.ownerOffset = this.end
    this.fixedOffset = fixed
    this.rdataOffset = rdata
    this.rdataLength = rdataLength
    this.end = rdata + rdataLength
    this.#left--
    return true
  }

  get rrType(): number {
    return readUint16(this.#message, this.fixedOffset)
  }
  get rrClass(): number {
    return readUint16(this.#message, this.fixedOffset + 2)
  }
  /** Seconds; a TTL with its top bit set counts as 0 (RFC 2181 §8). */
  get ttlSeconds(): number {
    const ttl = readUint32(this.#message, this.fixedOffset + 4)
    return ttl > MAX_TTL_SECONDS ? 0 : ttl
  }
  /** Where the TTL's four octets are. */
  get ttlOffset(): number {
    return this.fixedOffset + 4
  }

  #fail(): boolean {
    this.isMalformed = true
    return false
  }
}

/** RFC 2181 §8. */
export const MAX_TTL_SECONDS = 0x7fff_ffff

/**
 * Where the additional section begins.
 * @param cursor started anew
 * @param message has passed `checkResponse`
 */
export function endOfAuthority(cursor: RecordCursor, message: Uint8Array, length: number): number {
  cursor.start(message, length)
  let { end } = cursor
  while (cursor.next() && cursor.section !== Section.Additional) end = cursor.end
  return end
}
