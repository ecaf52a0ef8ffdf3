/**
 * Moves records from one message to another, names and all.
 *
 * Compression pointers count from the start of their own message (RFC 1035 §4.1.4), so a record cannot simply be copied
 * to another place. The copier remembers where each label went, and points there when the source points back to it:
 * what was compressed stays compressed.
 */
import { HEADER_OCTETS } from './header.ts'
import { copyOctets, writeUint16 } from './octets.ts'
import { nameLayout, octetsBeforeNames } from './rdata-names.ts'
import { isPointer, pointerTarget } from './read-name.ts'
import { RECORD_FIXED_OCTETS, type RecordCursor } from './walk-records.ts'

/** A pointer has 14 bits. */
const MAX_POINTER_TARGET = 0x3fff
/** Labels that are remembered; later ones are written out again. Keeps the search for each label short. */
const MAX_REMEMBERED_LABELS = 128
const NO_ROOM = -1

/** One per thread: made once, `begin` for each message. The source must have passed `checkResponse`. */
export class RecordCopier {
  readonly #from = new Uint16Array(MAX_REMEMBERED_LABELS)
  readonly #to = new Uint16Array(MAX_REMEMBERED_LABELS)
  #rememberedCount = 0
  #message: Uint8Array = new Uint8Array(HEADER_OCTETS)
  #out: Uint8Array = this.#message
  #limit = 0

  /** @param limit no octet of `out` at or behind it is written */
  begin(message: Uint8Array, out: Uint8Array, limit: number): void {
    this.#message = message
    this.#out = out
    this.#limit = limit
    this.#rememberedCount = 0
  }

  /** Says that the source's QNAME stands written out at `outOffset` already. */
  rememberQuestion(outOffset: number): void {
    let position = HEADER_OCTETS
    while (this.#message[position]! !== 0) {
      this.#remember(position, outOffset + position - HEADER_OCTETS)
      position += this.#message[position]! + 1
    }
  }

  /** Writes the cursor's record at `offset`. @returns the offset behind it, or -1 when it does not fit */
  copy(record: RecordCursor, offset: number): number {
    const message = this.#message
    const fixed = this.#copyName(record.ownerOffset, offset, true)
    if (fixed < 0) return NO_ROOM
    const rdata = this.#copyPlain(record.fixedOffset, RECORD_FIXED_OCTETS, fixed)
    if (rdata < 0) return NO_ROOM
    const layout = nameLayout(record.rrType)
    let source = record.rdataOffset
    let end = rdata
    if (layout) {
      const before = octetsBeforeNames(message, record, layout)
      end = this.#copyPlain(source, before, end)
      source += before
      for (let i = 0; i < layout.nameCount && end >= 0; i++) {
        end = this.#copyName(source, end, layout.mayCompress)
        source = this.#behindName(source)
      }
    }
    if (end >= 0) end = this.#copyPlain(source, record.end - source, end)
    if (end >= 0) writeUint16(this.#out, rdata - 2, end - rdata)
    return end
  }

  #copyPlain(source: number, length: number, offset: number): number {
    if (offset + length > this.#limit) return NO_ROOM
    copyOctets(this.#message, source, length, this.#out, offset)
    return offset + length
  }

  #copyName(source: number, offset: number, mayCompress: boolean): number {
    const message = this.#message
    let position = source
    let written = offset
    for (;;) {
      const octet = message[position]!
      if (octet === 0) return this.#copyPlain(position, 1, written)
      if (isPointer(octet)) {
        position = pointerTarget(message, position)
        continue
      }
      const known = mayCompress ? this.#recall(position) : 0
      if (known !== 0) {
        if (written + 2 > this.#limit) return NO_ROOM
        writeUint16(this.#out, written, 0xc000 | known)
        return written + 2
      }
      const next = this.#copyPlain(position, octet + 1, written)
      if (next < 0) return NO_ROOM
      this.#remember(position, written)
      written = next
      position += octet + 1
    }
  }

  #behindName(source: number): number {
    let position = source
    while (this.#message[position]! !== 0) {
      if (isPointer(this.#message[position]!)) return position + 2
      position += this.#message[position]! + 1
    }
    return position + 1
  }

  #remember(from: number, to: number): void {
    if (to > MAX_POINTER_TARGET || this.#rememberedCount === MAX_REMEMBERED_LABELS) return
    this.#from[this.#rememberedCount] = from
    this.#to[this.#rememberedCount++] = to
  }

  /** 0: not remembered; no label is at 0. */
  #recall(from: number): number {
    for (let i = 0; i < this.#rememberedCount; i++) if (this.#from[i] === from) return this.#to[i]!
    return 0
  }
}
