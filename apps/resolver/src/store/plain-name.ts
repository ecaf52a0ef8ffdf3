/** Names of the log as octets, fast: a simulation turns a million of them. Others go through shared/dns/domain-name.ts. */
import { MAX_NAME_OCTETS, toWire } from '@weir/shared/dns/domain-name'

const DOT = 0x2e

/** Reused for every name: what must stay is copied. */
export class PlainName {
  /** Wire labels with the final zero. */
  wire: Uint8Array = new Uint8Array(1)
  /** Labels reversed, a zero octet between them; empty for names with escapes, which are in no list as names. */
  reversed: Uint8Array = new Uint8Array(0)
  readonly #wire = new Uint8Array(MAX_NAME_OCTETS + 1)
  readonly #reversed = new Uint8Array(MAX_NAME_OCTETS + 1)

  /** @param name canonical */
  read(name: string): void {
    const { length } = name
    if (name === '.' || length > MAX_NAME_OCTETS - 2 || name.includes('\\')) {
      this.wire = toWire(name)
      this.reversed = this.#reversed.subarray(0, 0)
      return
    }
    const wire = this.#wire
    let labelAt = 0
    for (let i = 0; i < length; i++) {
      const code = name.charCodeAt(i)
      wire[i + 1] = code
      if (code !== DOT) continue
      wire[labelAt] = i - labelAt
      labelAt = i + 1
    }
    wire[labelAt] = length - labelAt
    wire[length + 1] = 0
    this.wire = wire.subarray(0, length + 2)
    this.#reverse(length)
  }

  #reverse(length: number): void {
    const [wire, reversed] = [this.#wire, this.#reversed]
    let end = length
    for (let at = 0; at < length; ) {
      const octets = wire[at]!
      end -= octets
      for (let i = 0; i < octets; i++) reversed[end + i] = wire[at + 1 + i]!
      if (end > 0) reversed[--end] = 0
      at += octets + 1
    }
    this.reversed = reversed.subarray(0, length)
  }
}
