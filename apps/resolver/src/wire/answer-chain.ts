/**
 * Which records of a response belong to its question: those at the name asked for and at the names that its aliases lead
 * to. A server, or whoever forges one, can put anything else beside them; it must not reach a cache (the "MaginotDNS"
 * flaws, RFC 2181 §5.4.1, RFC 5452 §6).
 *
 * | section    | belongs                                                                                          |
 * |------------|--------------------------------------------------------------------------------------------------|
 * | answer     | records of the question's class at a name of the chain; DNAME and its RRSIG above one (RFC 6672)   |
 * | authority  | SOA and NS at or above a name of the chain; other types say nothing by themselves                 |
 * | additional | OPT, and records at names of the chain or that records which belong refer to (RFC 1035 §3.3.9,     |
 * |            | RFC 2782, RFC 9460 §4): clients take the addresses of targets from there                          |
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { RecordCopier } from './copy-records.ts'
import { HEADER_OCTETS, HeaderOffset } from './header.ts'
import { copyOctets, readUint16, writeUint16 } from './octets.ts'
import { MAX_NAME_OCTETS } from './query-view.ts'
import { readName } from './read-name.ts'
import { RecordCursor, Section } from './walk-records.ts'

/** Names of one chain; what more aliases lead to is left out, as resolvers do that stop following. */
const MAX_CHAIN_NAMES = 17
/** CNAME records that are looked at: thousands that lead nowhere would be read once for each name of the chain. */
const MAX_ALIASES = 64
/** Names that are referred to; what more records refer to is asked for by who needs it. */
const MAX_REFERRED_NAMES = 64
const MAX_MESSAGE_OCTETS = 65_535

/** Where in the RDATA of its type the name stands that the record refers to. */
const REFERENCE_OFFSETS: ReadonlyMap<number, number> = new Map([
  [RrType.NS, 0],
  [RrType.CNAME, 0],
  [RrType.MX, 2],
  [RrType.SRV, 6],
  [RrType.SVCB, 2],
  [RrType.HTTPS, 2],
])

/** The names of a response's chain, lower case, plain labels. */
class AnswerChain {
  readonly #message: Uint8Array
  readonly #length: number
  readonly #qclass: number
  readonly #names: Uint8Array[]
  readonly #referred: Uint8Array[] = []
  readonly #scratch = new Uint8Array(MAX_NAME_OCTETS)

  constructor(message: Uint8Array, length: number, name: Uint8Array) {
    this.#message = message
    this.#length = length
    this.#qclass = readUint16(message, HEADER_OCTETS + name.length + 2)
    this.#names = [name]
    const aliases = this.#aliasOffsets()
    while (this.#addTargets(aliases));
    this.#addReferred()
  }

  holds(record: RecordCursor): boolean {
    const { section, rrType } = record
    if (section === Section.Additional)
      return rrType === RrType.OPT || this.#isReferred(this.#nameAt(record.ownerOffset))
    if (section === Section.Authority)
      return (rrType !== RrType.SOA && rrType !== RrType.NS) || this.#isAboveChain(this.#nameAt(record.ownerOffset))
    if (record.rrClass !== this.#qclass) return false
    const owner = this.#nameAt(record.ownerOffset)
    return this.#has(owner) || ((rrType === RrType.DNAME || rrType === RrType.RRSIG) && this.#isAboveChain(owner))
  }

  /** Where the owners and targets of CNAME records stand, in pairs. */
  #aliasOffsets(): number[] {
    const cursor = new RecordCursor()
    cursor.start(this.#message, this.#length)
    const offsets: number[] = []
    while (cursor.next() && cursor.section === Section.Answer && offsets.length < 2 * MAX_ALIASES)
      if (cursor.rrType === RrType.CNAME) offsets.push(cursor.ownerOffset, cursor.rdataOffset)
    return offsets
  }

  /** Records may stand in any order. @returns whether a name was added */
  #addTargets(aliases: readonly number[]): boolean {
    const before = this.#names.length
    for (let i = 0; i < aliases.length && this.#names.length < MAX_CHAIN_NAMES; i += 2) {
      if (!this.#has(this.#nameAt(aliases[i]!))) continue
      const target = this.#nameAt(aliases[i + 1]!)
      if (!this.#has(target)) this.#names.push(target.slice())
    }
    return this.#names.length > before
  }

  /** In the order of the message, so that what the additional section itself leads to counts too (RFC 9460 §4.2). */
  #addReferred(): void {
    const cursor = new RecordCursor()
    cursor.start(this.#message, this.#length)
    while (cursor.next() && this.#referred.length < MAX_REFERRED_NAMES) {
      const offset = REFERENCE_OFFSETS.get(cursor.rrType)
      if (offset === undefined || !this.holds(cursor)) continue
      this.#referred.push(this.#nameAt(cursor.rdataOffset + offset).slice())
    }
  }

  #isReferred(name: Uint8Array): boolean {
    return this.#has(name) || this.#referred.some((each) => endsWith(each, name, 0))
  }

  /** A view of the scratch: good until the next call. */
  #nameAt(offset: number): Uint8Array {
    const length = readName(this.#message, this.#length, offset, this.#scratch)
    return this.#scratch.subarray(0, Math.max(length, 0))
  }

  #has(name: Uint8Array): boolean {
    return this.#names.some((each) => endsWith(each, name, 0))
  }

  #isAboveChain(name: Uint8Array): boolean {
    return this.#names.some((each) => {
      let at = 0
      while (each.length - at > name.length) at += each[at]! + 1
      return endsWith(each, name, at)
    })
  }
}

function endsWith(name: Uint8Array, end: Uint8Array, at: number): boolean {
  if (name.length - at !== end.length) return false
  for (let i = 0; i < end.length; i++) if (name[at + i] !== end[i]) return false
  return true
}

/**
 * The message without the records that do not belong to its question.
 * @param message well-formed, with one question @param name its QNAME, plain labels in lower case
 * @returns null when all belong, which is nearly always so: nothing was copied then
 */
export function withoutStrangers(message: Uint8Array, length: number, name: Uint8Array): Uint8Array | null {
  if (isPlainAnswer(message, length, name)) return null
  const chain = new AnswerChain(message, length, name)
  const cursor = new RecordCursor()
  cursor.start(message, length)
  let isWhole = true
  while (isWhole && cursor.next()) isWhole = chain.holds(cursor)
  return isWhole ? null : copyWith(message, length, (record) => chain.holds(record))
}

/** A pointer to the question's name. */
const QNAME_POINTER = 0xc000 | HEADER_OCTETS

/** One cursor serves all calls of `isPlainAnswer`: they run to their end before the next one starts. */
const plain = new RecordCursor()

/**
 * True when each record of the answer stands at the question's name, by a pointer to it, and nothing follows but OPT: as
 * most answers are, and cheap to see.
 */
function isPlainAnswer(message: Uint8Array, length: number, name: Uint8Array): boolean {
  if (readUint16(message, HeaderOffset.nscount) !== 0) return false
  const qclass = readUint16(message, HEADER_OCTETS + name.length + 2)
  plain.start(message, length)
  while (plain.next()) {
    if (plain.section === Section.Additional) {
      if (plain.rrType !== RrType.OPT) return false
    } else if (readUint16(message, plain.ownerOffset) !== QNAME_POINTER || plain.rrClass !== qclass) return false
  }
  return true
}

/** Names that were compressed against what is left out are written out, so that the copy may be the longer one. */
function copyWith(message: Uint8Array, length: number, keeps: (record: RecordCursor) => boolean): Uint8Array {
  const out = new Uint8Array(MAX_MESSAGE_OCTETS)
  const copier = new RecordCopier()
  const cursor = new RecordCursor()
  cursor.start(message, length)
  let offset = cursor.end
  copyOctets(message, 0, offset, out, 0)
  copier.begin(message, out, out.length)
  copier.rememberQuestion(HEADER_OCTETS)
  const counts = [0, 0, 0, 0]
  while (cursor.next()) {
    const end = keeps(cursor) ? copier.copy(cursor, offset) : 0
    if (end < 0) break
    if (end === 0) continue
    offset = end
    counts[cursor.section]!++
  }
  writeUint16(out, HeaderOffset.ancount, counts[Section.Answer]!)
  writeUint16(out, HeaderOffset.nscount, counts[Section.Authority]!)
  writeUint16(out, HeaderOffset.arcount, counts[Section.Additional]!)
  return out.subarray(0, offset)
}
