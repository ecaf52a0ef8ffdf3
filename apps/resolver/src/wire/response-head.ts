/** What a response says beside its records: the header (RFC 1035 §4.1.1), and the fields of its OPT record. */
import type { AskedQuery } from './asked-query.ts'
import { Flag, HeaderOffset } from './header.ts'
import { writeUint16 } from './octets.ts'
import type { QueryView } from './query-view.ts'
import { OptFields } from './write-opt.ts'

/** One per writer, begun anew for each response. */
export class ResponseHead {
  readonly opt = new OptFields()
  /** AA: for names that Weir itself is the source of. */
  isAuthoritative = false
  /** AD. */
  isAuthenticData = false
  /** TC. */
  isTruncated = false
  answerCount = 0
  authorityCount = 0
  additionalCount = 0

  /** @param rcode 12 bits */
  begin(query: AskedQuery, rcode: number): void {
    this.isAuthoritative = false
    this.isAuthenticData = false
    this.isTruncated = false
    this.#clearCounts()
    const { opt } = this
    opt.rcode = rcode
    opt.dnssecOk = query.view.dnssecOk
    opt.cookie = query.cookie
    opt.keepaliveTenths = query.keepaliveTenths
    opt.infoCode = -1
    opt.extraText = null
    opt.extraName = null
  }

  /** Sets TC: no records are sent. The RCODE stays: who does not ask again over TCP goes by it. */
  truncate(): void {
    this.isTruncated = true
    this.#clearCounts()
  }

  /** Writes the header over the first HEADER_OCTETS of `out`. */
  writeHeader(out: Uint8Array, view: QueryView, hasQuestion: boolean): void {
    writeUint16(out, HeaderOffset.id, view.id)
    writeUint16(out, HeaderOffset.flags, this.#flags(view))
    writeUint16(out, HeaderOffset.qdcount, hasQuestion ? 1 : 0)
    writeUint16(out, HeaderOffset.ancount, this.answerCount)
    writeUint16(out, HeaderOffset.nscount, this.authorityCount)
    writeUint16(out, HeaderOffset.arcount, this.additionalCount + (view.hasOpt ? 1 : 0))
  }

  /** QR and RA of ours; OPCODE, RD and CD of the client; AD only to those who understand it (RFC 6840 §5.7, §5.8). */
  #flags(view: QueryView): number {
    let flags = Flag.QR | Flag.RA | (view.flags & (Flag.OPCODE | Flag.RD | Flag.CD)) | (this.opt.rcode & Flag.RCODE)
    if (this.isAuthoritative) flags |= Flag.AA
    if (this.isTruncated) flags |= Flag.TC
    if (this.isAuthenticData && (view.dnssecOk || (view.flags & Flag.AD) !== 0)) flags |= Flag.AD
    return flags
  }

  #clearCounts(): void {
    this.answerCount = 0
    this.authorityCount = 0
    this.additionalCount = 0
  }
}
