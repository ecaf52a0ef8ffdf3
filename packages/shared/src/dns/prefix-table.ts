/**
 * Longest prefix match over IP prefixes, without allocation per lookup. Values of equal prefixes stand together.
 *
 * One hash map per prefix length in use, longest first: a handful of look-ups however many prefixes there are. Keys are
 * 32-bit hashes of the masked octets, and a found bucket is compared in full, so that equal hashes cost time, not truth.
 */
import type { AddressPrefix } from './ip-address.ts'

interface Bucket<T> {
  readonly octets: Uint8Array
  readonly values: T[]
}
interface Length<T> {
  readonly bits: number
  readonly buckets: Map<number, Bucket<T>[]>
}

export class PrefixTable<T> {
  readonly #lengths: Length<T>[] = []
  readonly #octetCount: number
  #size = 0

  /** @param octetCount octets of every address in the table: 4 or 16 */
  constructor(octetCount: number) {
    this.#octetCount = octetCount
  }

  get size(): number {
    return this.#size
  }

  /** @throws RangeError for a prefix of another family */
  add(prefix: AddressPrefix, value: T): void {
    if (prefix.octets.length !== this.#octetCount) throw new RangeError('prefix of another family')
    let length = this.#lengths.find(({ bits }) => bits === prefix.bits)
    if (!length) {
      length = { bits: prefix.bits, buckets: new Map() }
      this.#lengths.push(length)
      this.#lengths.sort((a, b) => b.bits - a.bits)
    }
    const hash = hashMasked(prefix.octets, 0, prefix.bits)
    const chain = length.buckets.get(hash) ?? []
    length.buckets.set(hash, chain)
    const bucket = findBucket(chain, prefix.octets, 0, prefix.bits)
    if (bucket) bucket.values.push(value)
    else chain.push({ octets: prefix.octets, values: [value] })
    this.#size++
  }

  /** @returns whether the value was there */
  remove(prefix: AddressPrefix, value: T): boolean {
    const at = this.#lengths.findIndex(({ bits }) => bits === prefix.bits)
    const length = this.#lengths[at]
    const hash = hashMasked(prefix.octets, 0, prefix.bits)
    const chain = length?.buckets.get(hash)
    const bucket = chain && findBucket(chain, prefix.octets, 0, prefix.bits)
    const index = bucket ? bucket.values.indexOf(value) : -1
    if (!length || !chain || !bucket || index < 0) return false
    bucket.values.splice(index, 1)
    if (bucket.values.length === 0) chain.splice(chain.indexOf(bucket), 1)
    if (chain.length === 0) length.buckets.delete(hash)
    if (length.buckets.size === 0) this.#lengths.splice(at, 1)
    this.#size--
    return true
  }

  /** The first value that `accepts` takes, of the longest prefix that holds the address at `offset`. */
  find(octets: Uint8Array, offset: number, accepts: (value: T) => boolean): T | undefined {
    for (const { bits, buckets } of this.#lengths) {
      const chain = buckets.get(hashMasked(octets, offset, bits))
      const bucket = chain && findBucket(chain, octets, offset, bits)
      if (bucket) for (const value of bucket.values) if (accepts(value)) return value
    }
    return undefined
  }
}

function findBucket<T>(chain: Bucket<T>[], octets: Uint8Array, offset: number, bits: number): Bucket<T> | undefined {
  for (const bucket of chain) if (isUnder(bucket.octets, octets, offset, bits)) return bucket
  return undefined
}

function isUnder(prefix: Uint8Array, octets: Uint8Array, offset: number, bits: number): boolean {
  for (let i = 0; 8 * i < bits; i++) if (prefix[i] !== maskedOctet(octets, offset, i, bits)) return false
  return true
}

/** FNV-1a of the octets that count. */
function hashMasked(octets: Uint8Array, offset: number, bits: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; 8 * i < bits; i++) hash = Math.imul(hash ^ maskedOctet(octets, offset, i, bits), 0x01000193)
  return hash
}

function maskedOctet(octets: Uint8Array, offset: number, index: number, bits: number): number {
  const left = bits - 8 * index
  const octet = octets[offset + index]!
  return left >= 8 ? octet : octet & (0xff00 >> left) & 0xff
}
