/** Makes the pages of some neighbouring buckets from names in any order: sorts them and brings equal ones together. */
import type { SetTable } from './set-table.ts'
import { bucketOf, MAX_NAMES_PER_PAGE, PAGE_HEAD_OCTETS, pageOctets, pageSum, printOf } from './tier-layout.ts'

/** Words of a record: first lane, second lane, list number × 16 + name class. */
export const RECORD_WORDS = 3
const MAX_PAGE_OCTETS = pageOctets(MAX_NAMES_PER_PAGE, 3)

export interface PageVisitor {
  /** @param page valid during the call only */
  page(bucket: number, page: Uint8Array): void
  /** Each name once. */
  name(first: number, second: number): void
}

export class PagePacker {
  readonly #buckets: number
  readonly #sets: SetTable
  readonly #page = Buffer.alloc(MAX_PAGE_OCTETS)
  #prints = new Float64Array(0)
  #members = new Uint32Array(0)
  #firsts = new Int32Array(0)
  readonly #pageSets = new Int32Array(MAX_NAMES_PER_PAGE)

  /** @param buckets of the whole tier */
  constructor(buckets: number, sets: SetTable) {
    this.#buckets = buckets
    this.#sets = sets
  }

  /**
   * @param records all names whose buckets are `from`…`to - 1`, and no others
   * @throws RangeError for a bucket beyond all chance
   */
  pack(records: Uint32Array, from: number, to: number, visit: PageVisitor): void {
    const starts = this.#distribute(records, from, to)
    for (let bucket = from; bucket < to; bucket++) {
      const start = starts[bucket - from]!
      const end = starts[bucket - from + 1]!
      this.#sort(start, end)
      const names = this.#unite(start, end, visit)
      visit.page(bucket, this.#encode(bucket, start, names))
    }
  }

  /** Counting sort by bucket. @returns where each begins, and the end */
  #distribute(records: Uint32Array, from: number, to: number): Uint32Array {
    const count = records.length / RECORD_WORDS
    if (this.#prints.length < count) {
      this.#prints = new Float64Array(count)
      this.#members = new Uint32Array(count)
      this.#firsts = new Int32Array(count)
    }
    const starts = new Uint32Array(to - from + 1)
    for (let at = 0; at < records.length; at += RECORD_WORDS)
      starts[bucketOf(records[at]!, this.#buckets) - from + 1]!++
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!
    const next = starts.slice()
    for (let at = 0; at < records.length; at += RECORD_WORDS) {
      const first = records[at]!
      const place = next[bucketOf(first, this.#buckets) - from]!++
      this.#prints[place] = printOf(first, records[at + 1]!)
      this.#members[place] = records[at + 2]!
      this.#firsts[place] = first
    }
    return starts
  }

  /** By insertion: some 64 names. */
  #sort(start: number, end: number): void {
    const prints = this.#prints
    const members = this.#members
    const firsts = this.#firsts
    for (let i = start + 1; i < end; i++) {
      const print = prints[i]!
      const member = members[i]!
      const first = firsts[i]!
      let j = i
      for (; j > start && prints[j - 1]! > print; j--) {
        prints[j] = prints[j - 1]!
        members[j] = members[j - 1]!
        firsts[j] = firsts[j - 1]!
      }
      prints[j] = print
      members[j] = member
      firsts[j] = first
    }
  }

  /** Moves the first of equal names together, with the set that all of them make. @returns how many there are */
  #unite(start: number, end: number, visit: PageVisitor): number {
    let names = 0
    for (let i = start; i < end; ) {
      const print = this.#prints[i]!
      const first = this.#firsts[i]!
      let set = 0
      for (; i < end && this.#prints[i] === print; i++) set = this.#sets.with(set, this.#members[i]!)
      if (names === MAX_NAMES_PER_PAGE) throw new RangeError('more names fall into one bucket than a page holds')
      this.#prints[start + names] = print
      this.#pageSets[names++] = set
      visit.name(first, Math.floor(print / 256))
    }
    return names
  }

  #encode(bucket: number, start: number, names: number): Uint8Array {
    const sets = this.#pageSets
    let largest = 0
    let isOneSet = true
    for (let i = 0; i < names; i++) {
      if (sets[i]! > largest) largest = sets[i]!
      if (sets[i] !== sets[0]) isOneSet = false
    }
    const setOctets = isOneSet ? 0 : largest < 256 ? 1 : largest < 65_536 ? 2 : 3
    const page = this.#page.subarray(0, pageOctets(names, setOctets))
    page.writeUInt16LE(names, 4)
    page[6] = setOctets
    page.writeUIntLE(isOneSet && names > 0 ? sets[0]! : 0, 7, 3)
    const tags = PAGE_HEAD_OCTETS + 4 * names
    for (let i = 0; i < names; i++) {
      const print = this.#prints[start + i]!
      page.writeUInt32LE(Math.floor(print / 256), PAGE_HEAD_OCTETS + 4 * i)
      page[tags + i] = print % 256
      if (setOctets > 0) page.writeUIntLE(sets[i]!, tags + names + i * setOctets, setOctets)
    }
    page.writeUInt32LE(pageSum(page, bucket), 0)
    return page
  }
}
