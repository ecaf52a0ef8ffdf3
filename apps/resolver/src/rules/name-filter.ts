/**
 * A filter for names beyond the memory budget: says "certainly not listed" without a look at the disk (a blocked Bloom
 * filter, after Putze, Sanders and Singler 2007). In shared memory, one for all workers.
 *
 * ```
 *  block = first lane × blocks / 2³²       512 bits each: one cache line, so that a look costs one miss at most
 *  bits  = `probes` of its 512, drawn from the second lane
 * ```
 * Blocks follow the first lane upwards, as the pages on disk do (tier-layout.ts): what is built part by part touches the
 * filter part by part. There is no "no" for a name that was added; how often there is a "yes" for another one depends on
 * the bits a name: docs/scale.md has the figures.
 */

const BLOCK_WORDS = 16
const BLOCK_OCTETS = BLOCK_WORDS * 4
const MAX_PROBES = 8
/** Beyond it, a name more rarely passes by mistake than it pays for in memory. */
const MAX_BITS_PER_NAME = 16
/** 4 GB: what can be addressed with 32-bit word numbers. */
const MAX_FILTER_OCTETS = 4 * 1024 ** 3

export interface FilterData {
  readonly bits: SharedArrayBuffer
  /** Bits set and asked for a name, 1…8. */
  readonly probes: number
}

/** An empty filter for so many names that takes at most `budgetOctets`, and at least one block. */
export function newFilter(names: number, budgetOctets: number): FilterData {
  const wanted = Math.min((names * MAX_BITS_PER_NAME) / 8, budgetOctets, MAX_FILTER_OCTETS)
  const blocks = Math.max(1, Math.floor(wanted / BLOCK_OCTETS))
  return { bits: new SharedArrayBuffer(blocks * BLOCK_OCTETS), probes: probesFor((blocks * 512) / Math.max(1, names)) }
}

/** ln 2 × bits a name is best for a plain Bloom filter; names crowd unevenly into blocks, so that a little less is. */
const probesFor = (bitsPerName: number): number =>
  Math.min(MAX_PROBES, Math.max(1, Math.round(bitsPerName * Math.LN2 * 0.85)))

export class NameFilter {
  readonly sizeOctets: number
  readonly #words: Int32Array
  readonly #scale: number
  readonly #probes: number

  /** @throws RangeError for what `newFilter` does not make */
  constructor({ bits, probes }: FilterData) {
    const blocks = bits.byteLength / BLOCK_OCTETS
    if (!Number.isInteger(blocks) || blocks < 1 || probes < 1 || probes > MAX_PROBES)
      throw new RangeError('no filter of this layout')
    this.sizeOctets = bits.byteLength
    this.#words = new Int32Array(bits)
    this.#scale = blocks / 2 ** 32
    this.#probes = probes
  }

  add(first: number, second: number): void {
    const words = this.#words
    const start = Math.floor((first >>> 0) * this.#scale) * BLOCK_WORDS
    let draw = second
    for (let i = 0; i < this.#probes; i++) {
      draw = nextDraw(draw)
      words[start + (draw >>> 28)]! |= 1 << ((draw >>> 23) & 31)
    }
  }

  /** False: the name with this hash was never added. */
  mayHold(first: number, second: number): boolean {
    const words = this.#words
    const start = Math.floor((first >>> 0) * this.#scale) * BLOCK_WORDS
    let draw = second
    for (let i = 0; i < this.#probes; i++) {
      draw = nextDraw(draw)
      if ((words[start + (draw >>> 28)]! & (1 << ((draw >>> 23) & 31))) === 0) return false
    }
    return true
  }
}

/** The upper nine bits name a bit of the block. A linear congruential step is enough: the lane is well mixed. */
const nextDraw = (draw: number): number => (Math.imul(draw, 0x9e3779b1) + 0x7f4a7c15) | 0
