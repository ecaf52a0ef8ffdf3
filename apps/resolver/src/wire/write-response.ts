/**
 * Writes responses to clients: local answers record by record, stored ones as they lie, both with the client's own ID,
 * flags, spelling of the question and EDNS.
 *
 * ```
 *  start, add… | startStored  →  setExtendedError  →  finish
 * ```
 */
import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import type { AskedQuery } from './asked-query.ts'
import { RecordCopier } from './copy-records.ts'
import { Flag, HEADER_OCTETS, HeaderOffset, readFlags } from './header.ts'
import { copyOctets, readUint16, writeUint16 } from './octets.ts'
import { padMessage, RESPONSE_BLOCK_OCTETS } from './padding.ts'
import { ResponseHead } from './response-head.ts'
import { endOfAuthority, RECORD_FIXED_OCTETS, RecordCursor, Section } from './walk-records.ts'
import { COOKIE_OPTION_OCTETS, OPT_OCTETS, writeOpt } from './write-opt.ts'
import { writeRecordFixed } from './write-record.ts'
import { SOA_RDATA_OCTETS, writeSoaRdata } from './write-soa.ts'

/** The owner of records is written as a pointer: to the question, or to the last CNAME's target. */
const POINTER = 0xc000
const MAX_POINTER_TARGET = 0x3fff

/**
 * One per thread: made once, started for each response, and allocates nothing.
 *
 * A record that does not fit is not written, nor is any after it, and `finish` sends an empty answer with TC set
 * (RFC 2181 §9): the client asks again over TCP.
 */
export class ResponseWriter {
  readonly #head = new ResponseHead()
  readonly #copier = new RecordCopier()
  readonly #cursor = new RecordCursor()
  #query!: AskedQuery
  #out!: Uint8Array
  /** End of what records may take: room for the OPT record, with a cookie but else plain, is kept behind it. */
  #limit = 0
  #end = 0
  #offset = 0
  #questionEnd = 0
  #ownerOffset = HEADER_OCTETS

  /** Sends no records but TC: the client asks again over TCP. */
  cutShort(): void {
    this.#head.truncate()
    this.#offset = this.#questionEnd
  }

  /** True once a record did not fit: `finish` will truncate. */
  get isOverflown(): boolean {
    return this.#head.isTruncated
  }

  /** AA: for names that Weir itself is the source of. Reset by `start`. */
  get isAuthoritative(): boolean {
    return this.#head.isAuthoritative
  }
  set isAuthoritative(isAuthoritative: boolean) {
    this.#head.isAuthoritative = isAuthoritative
  }

  /**
   * Begins a response without records: as it is, NODATA or the error of `rcode`. A query whose question could not be
   * read (`qnameLength` 0) gets none back, and may get no records.
   * @param rcode 12 bits; above 15 only for queries with OPT
   */
  start(query: AskedQuery, rcode: number): void {
    this.#begin(query, rcode)
    const { view, message, out } = query
    const questionOctets = view.qnameLength === 0 ? 0 : view.qnameLength + 4
    copyOctets(message, HEADER_OCTETS, questionOctets, out, HEADER_OCTETS)
    this.#questionEnd = HEADER_OCTETS + questionOctets
    this.#offset = this.#questionEnd
  }

  /**
   * Begins with a stored response to the same question: `length` octets of `stored`, without OPT record, TTLs as they
   * are to be sent. RCODE and AD are taken from it.
   *
   * What is too long loses its additional section, and if that is not enough, all records, with TC set.
   * @param stored may be `query.out` itself, then nothing is copied; unchanged otherwise
   */
  startStored(query: AskedQuery, stored: Uint8Array, length: number): void {
    this.#begin(query, readFlags(stored) & Flag.RCODE)
    const { view, message, out } = query
    this.#head.isAuthenticData = (readFlags(stored) & Flag.AD) !== 0
    this.#questionEnd = HEADER_OCTETS + view.qnameLength + 4
    this.#head.answerCount = readUint16(stored, HeaderOffset.ancount)
    this.#head.authorityCount = readUint16(stored, HeaderOffset.nscount)
    this.#head.additionalCount = readUint16(stored, HeaderOffset.arcount)
    this.#offset = length
    if (length > this.#limit) {
      this.#offset = endOfAuthority(this.#cursor, stored, length)
      this.#head.additionalCount = 0
    }
    if (this.#offset > this.#limit) this.cutShort()
    if (stored !== out) out.set(stored.subarray(HEADER_OCTETS, this.#offset), HEADER_OCTETS)
    copyOctets(message, HEADER_OCTETS, view.qnameLength + 4, out, HEADER_OCTETS)
  }

  /** Sends INFO-CODE and text (UTF-8, or null) with the response, if the query had OPT and there is room (RFC 8914). */
  setExtendedError(infoCode: number, extraText: Uint8Array | null): void {
    this.#head.opt.infoCode = infoCode
    this.#head.opt.extraText = extraText
  }

  /** After `setExtendedError`: the text goes on with the name of the rule, `name` (wire labels, lower case) from `offset` on. */
  setExtendedErrorRule(name: Uint8Array, offset: number): void {
    this.#head.opt.extraName = name
    this.#head.opt.extraNameOffset = offset
  }

  /** Adds an answer record owned by the question's name, or by the last CNAME's target. `rdata` is plain octets. */
  addAnswer(rrType: number, rdata: Uint8Array, ttlSeconds: number): void {
    if (this.#add(rrType, rdata, rdata.length, ttlSeconds)) this.#head.answerCount++
  }

  /** Adds an A record for 4 octets, an AAAA record for 16. */
  addAddress(address: Uint8Array, ttlSeconds: number): void {
    this.addAnswer(address.length === 4 ? RrType.A : RrType.AAAA, address, ttlSeconds)
  }

  /**
   * Adds a CNAME record; records added later belong to its target.
   * @param target plain wire labels, `targetLength` octets with the zero
   */
  addCname(target: Uint8Array, targetLength: number, ttlSeconds: number): void {
    const rdataOffset = this.#offset + 2 + RECORD_FIXED_OCTETS
    if (rdataOffset > MAX_POINTER_TARGET) this.cutShort()
    if (!this.#add(RrType.CNAME, target, targetLength, ttlSeconds)) return
    this.#head.answerCount++
    this.#ownerOffset = rdataOffset
  }

  /**
   * Adds an address record to the additional section; one that does not fit is left out, and nothing is truncated for it
   * (RFC 2181 §9).
   * @param owner plain wire labels, with the zero
   */
  addAdditional(owner: Uint8Array, address: Uint8Array, ttlSeconds: number): void {
    const out = this.#out
    const fixed = this.#offset + owner.length
    const end = fixed + RECORD_FIXED_OCTETS + address.length
    if (this.#head.isTruncated || end > this.#limit) return
    copyOctets(owner, 0, owner.length, out, this.#offset)
    const rrType = address.length === 4 ? RrType.A : RrType.AAAA
    const rdata = writeRecordFixed(out, fixed, rrType, RrClass.IN, ttlSeconds, address.length)
    copyOctets(address, 0, address.length, out, rdata)
    this.#offset = end
    this.#head.additionalCount++
  }

  /**
   * Adds the records of a stored response to a question for the present owner's name (the last CNAME's target), and
   * takes over its RCODE. What does not belong to the answer (the additional section) is left out.
   * @param stored must have passed `checkResponse`; not `query.out`
   */
  addStored(stored: Uint8Array, length: number): void {
    if (this.#head.isTruncated) return
    this.#head.opt.rcode = readFlags(stored) & Flag.RCODE
    this.#copier.begin(stored, this.#out, this.#limit)
    this.#copier.rememberQuestion(this.#ownerOffset)
    const cursor = this.#cursor
    cursor.start(stored, length)
    while (cursor.next() && cursor.section !== Section.Additional) {
      const end = this.#copier.copy(cursor, this.#offset)
      if (end < 0) {
        this.cutShort()
        return
      }
      this.#offset = end
      if (cursor.section === Section.Answer) this.#head.answerCount++
      else this.#head.authorityCount++
    }
  }

  /**
   * Adds the SOA record that lets clients keep a negative answer for `ttlSeconds` (RFC 2308 §3, §5).
   * @param ownerSkip octets of the name asked for, or of the last CNAME's target, in front of the owner; 0, for all names but
   *   special ones: no zone is claimed that others are in
   */
  addSoa(ttlSeconds: number, ownerSkip = 0): void {
    if (this.#addSoaRecord(ttlSeconds, ownerSkip)) this.#head.authorityCount++
  }

  /** Adds that SOA record as the answer to who asks for it. */
  addSoaAnswer(ttlSeconds: number): void {
    if (this.#addSoaRecord(ttlSeconds, 0)) this.#head.answerCount++
  }

  #addSoaRecord(ttlSeconds: number, ownerSkip: number): boolean {
    const start = this.#offset
    const rdata = this.#addFrame(RrType.SOA, SOA_RDATA_OCTETS, ttlSeconds)
    if (rdata < 0) return false
    writeUint16(this.#out, start, POINTER | (this.#ownerOffset + ownerSkip))
    writeSoaRdata(this.#out, rdata, ttlSeconds)
    return true
  }

  /** Writes header and OPT record. @returns octets of the whole response in `query.out` */
  finish(): number {
    const out = this.#out
    const { view } = this.#query
    this.#head.writeHeader(out, view, this.#questionEnd > HEADER_OCTETS)
    if (!view.hasOpt) return this.#offset
    const limit = this.#end
    const end = this.#offset + writeOpt(out, this.#offset, limit - this.#offset, this.#head.opt)
    return this.#query.wantsPadding ? padMessage(out, end, this.#offset, RESPONSE_BLOCK_OCTETS, limit) : end
  }

  #begin(query: AskedQuery, rcode: number): void {
    const { view, out, maxResponseOctets, cookie } = query
    this.#query = query
    this.#out = out
    this.#end = maxResponseOctets
    this.#limit = maxResponseOctets - (view.hasOpt ? OPT_OCTETS : 0) - (cookie === null ? 0 : COOKIE_OPTION_OCTETS)
    this.#ownerOffset = HEADER_OCTETS
    this.#head.begin(query, rcode)
  }

  #add(rrType: number, rdata: Uint8Array, rdataLength: number, ttlSeconds: number): boolean {
    const offset = this.#addFrame(rrType, rdataLength, ttlSeconds)
    if (offset < 0) return false
    copyOctets(rdata, 0, rdataLength, this.#out, offset)
    return true
  }

  /** Writes all of a record but its RDATA. @returns where that goes, or -1 when the record does not fit */
  #addFrame(rrType: number, rdataLength: number, ttlSeconds: number): number {
    const out = this.#out
    const start = this.#offset
    const rdata = start + 2 + RECORD_FIXED_OCTETS
    if (this.#head.isTruncated || rdata + rdataLength > this.#limit) {
      this.cutShort()
      return -1
    }
    const { qclass } = this.#query.view
    writeUint16(out, start, POINTER | this.#ownerOffset)
    writeRecordFixed(out, start + 2, rrType, qclass === RrClass.ANY ? RrClass.IN : qclass, ttlSeconds, rdataLength)
    this.#offset = rdata + rdataLength
    return rdata
  }
}
