/** Finds the lines of a stream of octets: LF, CR LF or CR ends one. Copies only lines that lie across two pieces. */

const LF = 0x0a
const CR = 0x0d

/** Of a longer line only the beginning is kept, and the reader is told: it bounds memory for content without line ends. */
export const MAX_LINE_OCTETS = 16 * 1024

/** Gets [start, end) of `octets`, valid until it returns; `isCut` when the line is longer than that. */
export type OnLine = (octets: Uint8Array, start: number, end: number, isCut: boolean) => void

export class LineSplitter {
  readonly #onLine: OnLine
  readonly #carry = new Uint8Array(MAX_LINE_OCTETS)
  #carried = 0
  #isCut = false
  /** The last octet was a CR: an LF that follows belongs to it. */
  #afterCr = false

  constructor(onLine: OnLine) {
    this.#onLine = onLine
  }

  push(octets: Uint8Array): void {
    let start = 0
    if (this.#afterCr && octets.length > 0) {
      this.#afterCr = false
      if (octets[0] === LF) start = 1
    }
    for (let i = start; i < octets.length; i++) {
      const octet = octets[i]!
      if (octet !== LF && octet !== CR) continue
      this.#emit(octets, start, i)
      if (octet === CR) {
        if (i + 1 === octets.length) this.#afterCr = true
        else if (octets[i + 1] === LF) i++
      }
      start = i + 1
    }
    this.#keep(octets, start, octets.length)
  }

  /** The last line may lack its end. */
  finish(): void {
    if (this.#carried > 0 || this.#isCut) this.#emitCarry()
  }

  #emit(octets: Uint8Array, start: number, end: number): void {
    if (this.#carried === 0 && !this.#isCut) {
      const isCut = end - start > MAX_LINE_OCTETS
      this.#onLine(octets, start, isCut ? start + MAX_LINE_OCTETS : end, isCut)
      return
    }
    this.#keep(octets, start, end)
    this.#emitCarry()
  }

  #emitCarry(): void {
    const { length, isCut } = { length: this.#carried, isCut: this.#isCut }
    this.#carried = 0
    this.#isCut = false
    this.#onLine(this.#carry, 0, length, isCut)
  }

  #keep(octets: Uint8Array, start: number, end: number): void {
    const room = MAX_LINE_OCTETS - this.#carried
    if (end - start > room) this.#isCut = true
    const kept = Math.min(end - start, room)
    if (kept <= 0) return
    this.#carry.set(octets.subarray(start, start + kept), this.#carried)
    this.#carried += kept
  }
}
