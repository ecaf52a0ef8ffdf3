/** IDs, ports and letter case from the system's CSPRNG, drawn in pools: one call for each number would cost a microsecond. */
import { randomFillSync } from 'node:crypto'

const POOL_OCTETS = 4096

export class RandomOctets {
  readonly #pool = new Uint8Array(POOL_OCTETS)
  #position = POOL_OCTETS

  octet(): number {
    if (this.#position === POOL_OCTETS) {
      randomFillSync(this.#pool)
      this.#position = 0
    }
    const value = this.#pool[this.#position]!
    // Used once: what a memory leak could show later has no meaning any more.
    this.#pool[this.#position++] = 0
    return value
  }

  uint16(): number {
    return (this.octet() << 8) | this.octet()
  }

  /** 32 bits, signed. */
  uint32(): number {
    return (this.uint16() << 16) | this.uint16()
  }

  /** An even choice of 0…`count` − 1. @param count 1…65,536 */
  below(count: number): number {
    const limit = 65_536 - (65_536 % count)
    let value = this.uint16()
    while (value >= limit) value = this.uint16()
    return value % count
  }
}
