/**
 * Names beyond the memory budget, as one worker sees them: filter, then what was found before, then one row from disk.
 * To whoever decides it is another rule index.
 *
 * ```
 *  findSet ─▶ filter (shared memory) ─▶ lru-cache (this worker's) ─▶ one page (PageReader)
 *              no: 0                      known: its set                found: its set; not: 0, a false positive
 *                                                                       damaged: UNREADABLE_SET, and the owner is told
 * ```
 * A tier never changes, so that what was found holds as long as the tier does: its cache goes with it.
 *
 * A page is read synchronously. Kept in memory by the system it takes some ten microseconds, from a disk up to some
 * milliseconds; `reads` and `slowReads` say how often, and listeners send off what they have before they wait again
 * (`pagesRead`, listen/udp-batch.ts).
 */
import { LRUCache } from 'lru-cache'
import { NameFilter } from './name-filter.ts'
import { NameHasher } from './name-hash.ts'
import type { CompiledTier, IndexedList } from './policy-data.ts'
import type { NameIndex } from './rule-index.ts'
import { bucketOf, bucketsPerPart, DAMAGED_PAGE, findInPage } from './tier-layout.ts'

/** No set has this number: the page that would say is damaged. */
export const UNREADABLE_SET = 2 ** 24
const SLOW_READ_MS = 1
/** A set number and the bits of the hash that the key leaves out make a value. */
const KEPT_BITS = 2 ** 11

export interface PageReader {
  /** The page of a bucket, or null when it is not there or cannot be read. Never throws. */
  read(part: number, bucket: number): Uint8Array | null
  close(): void
}

/** What was asked since the tier is in use. */
export interface TierCounters {
  /** Lookups: one a suffix of a name whose number of labels is that of some stored name. */
  lookups: number
  /** Of them, let pass by the filter. */
  passed: number
  /** Of those that passed, answered from the cache. */
  fromCache: number
  /** Of those that passed, listed. */
  found: number
  /** Pages read from disk or the system's memory. */
  reads: number
  /** Reads of more than a millisecond. */
  slowReads: number
  /** Lookups whose page is damaged. */
  unreadable: number
}

const newTierCounters = (): TierCounters => ({
  lookups: 0,
  passed: 0,
  fromCache: 0,
  found: 0,
  reads: 0,
  slowReads: 0,
  unreadable: 0,
})

export interface TierIndexOptions {
  readonly reader: PageReader
  /** Results kept. */
  readonly results: number
  /** Told of the first damaged page. */
  readonly onDamage?: (detail: string) => void
}

export class TierIndex implements NameIndex {
  readonly tier: CompiledTier
  readonly hasher: NameHasher
  readonly lists: readonly IndexedList[]
  readonly members: Int32Array
  readonly depthMask: number
  readonly counters = newTierCounters()
  readonly #filter: NameFilter
  readonly #options: TierIndexOptions
  readonly #results: LRUCache<number, number>
  readonly #bucketsPerPart: number

  constructor(tier: CompiledTier, options: TierIndexOptions) {
    this.tier = tier
    this.hasher = new NameHasher(tier.key)
    this.lists = tier.lists
    this.members = new Int32Array(tier.sets)
    this.depthMask = tier.depthMask
    this.#filter = new NameFilter(tier.filter)
    this.#options = options
    this.#results = new LRUCache({ max: options.results })
    this.#bucketsPerPart = bucketsPerPart(tier)
  }

  /** The number of the set of lists that hold the name with this hash; 0: none; UNREADABLE_SET: it cannot be told. */
  findSet(first: number, second: number): number {
    this.counters.lookups++
    if (!this.#filter.mayHold(first, second)) return 0
    this.counters.passed++
    const set = this.#lookUp(first, second)
    if (set !== 0) this.counters.found++
    return set
  }

  memberStart(set: number): number {
    return this.members[set]!
  }

  memberEnd(set: number): number {
    return this.members[set + 1]!
  }

  /** Results in the cache. */
  get keptResults(): number {
    return this.#results.size
  }

  close(): void {
    this.#options.reader.close()
  }

  #lookUp(first: number, second: number): number {
    const key = (first >>> 0) * 2 ** 21 + (second >>> 11)
    const rest = second & (KEPT_BITS - 1)
    const known = this.#results.get(key)
    if (known !== undefined && known % KEPT_BITS === rest) {
      this.counters.fromCache++
      return Math.floor(known / KEPT_BITS)
    }
    const set = this.#read(first, second)
    // Damage is not remembered: a page that could not be read for a moment may be there at the next look.
    if (set !== UNREADABLE_SET) this.#results.set(key, set * KEPT_BITS + rest)
    return set
  }

  #read(first: number, second: number): number {
    const bucket = bucketOf(first, this.tier.buckets)
    const part = Math.floor(bucket / this.#bucketsPerPart)
    const startedAt = performance.now()
    const page = this.#options.reader.read(part, bucket)
    this.counters.reads++
    if (performance.now() - startedAt > SLOW_READ_MS) this.counters.slowReads++
    const set = page === null ? DAMAGED_PAGE : findInPage(page, bucket, first, second)
    if (set !== DAMAGED_PAGE) return set
    if (this.counters.unreadable++ === 0) this.#options.onDamage?.(`page ${bucket} of part ${part} cannot be read`)
    return UNREADABLE_SET
  }
}
