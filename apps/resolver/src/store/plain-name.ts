/** Names of the log as octets, fast: a simulation turns a million of them. Others go through shared/dns/domain-name.ts. */
import { MAX_NAME_OCTETS, toWire } from '@weir/shared/dns/domain-name'
import type { NameOctets } from '../rules/name-hash.ts'

const DOT = 0x2e
/** A label is two octets at least. */
const MAX_LABELS = Math.ceil(MAX_NAME_OCTETS / 2)
const BACKSLASH = 0x5c
const LINE_END = 0x0a
/** Characters of the longest name without escapes. */
const MAX_PLAIN = MAX_NAME_OCTETS - 2

/** Reused for every name: what must stay is copied. */
export class PlainName implements NameOctets {
  /** Wire labels with the final zero; octets behind it are of names before. */
  readonly qname = new Uint8Array(MAX_NAME_OCTETS + 1)
  readonly labelOffsets = new Uint8Array(MAX_LABELS)
  labelCount = 0
  #length = 1
  #lines: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0
  readonly #reversed = new Uint8Array(MAX_NAME_OCTETS + 1)

  /**
   * @param lines canonical text, a name a line; stays as it is until the next name
   * @param start of the name's line
   * @returns where the line ends
   */
  readLine(lines: Uint8Array, start: number): number {
    const { qname, labelOffsets } = this
    let labelAt = 0
    let labels = 0
    let length = 0
    let end = start
    for (let code = lines[end]; code !== undefined && code !== LINE_END; code = lines[++end]) {
      if (code === BACKSLASH || length === MAX_PLAIN) return this.#readOther(lines, start)
      qname[++length] = code
      if (code !== DOT) continue
      labelOffsets[labels++] = labelAt
      qname[labelAt] = length - labelAt - 1
      labelAt = length
    }
    if (length === 1 && labels === 1) return this.#readOther(lines, start)
    labelOffsets[labels++] = labelAt
    qname[labelAt] = length - labelAt
    qname[length + 1] = 0
    this.#hold(lines, start, end)
    this.labelCount = labels
    this.#length = length + 2
    return end
  }

  /** The root, names with escapes, and what is too long for a name without. */
  #readOther(lines: Uint8Array, start: number): number {
    const at = lines.indexOf(LINE_END, start)
    const end = at < 0 ? lines.length : at
    this.#hold(lines, start, end)
    this.#readWire(toWire(this.text))
    return end
  }

  #hold(lines: Uint8Array, start: number, end: number): void {
    this.#lines = lines
    this.#start = start
    this.#end = end
  }

  #readWire(wire: Uint8Array): void {
    this.qname.set(wire)
    this.labelCount = 0
    for (let at = 0; wire[at]! > 0; at += wire[at]! + 1) this.labelOffsets[this.labelCount++] = at
    this.#length = wire.length
  }

  /** Octets of its line, without the line's end. */
  get lineLength(): number {
    return this.#end - this.#start
  }

  copyLine(into: Uint8Array, at: number): void {
    const lines = this.#lines
    for (let from = this.#start, to = at; from < this.#end; from++, to++) into[to] = lines[from]!
  }

  get text(): string {
    const { buffer, byteOffset } = this.#lines
    return Buffer.from(buffer, byteOffset + this.#start, this.#end - this.#start).toString('latin1')
  }

  /** Wire labels with the final zero. */
  get wire(): Uint8Array {
    return this.qname.subarray(0, this.#length)
  }

  /**
   * Labels reversed, a zero octet between them, as list chunks have them. No list holds a name with escapes, but what is above it;
   * a zero octet inside a label makes it look like two: then a name is looked at that nobody asked for.
   */
  get reversed(): Uint8Array {
    const { qname, labelOffsets } = this
    const reversed = this.#reversed
    let at = 0
    for (let label = this.labelCount - 1; label >= 0; label--) {
      const start = labelOffsets[label]! + 1
      const end = start + qname[start - 1]!
      if (at > 0) reversed[at++] = 0
      for (let i = start; i < end; i++) reversed[at++] = qname[i]!
    }
    return reversed.subarray(0, at)
  }
}
