/**
 * Builds a rule index from names that come one at a time, list by list. Peak memory is the table and the set numbers:
 * the table is sized from the counts that list versions carry, so nothing is ever moved or grown.
 */
import { NameHasher } from './name-hash.ts'
import type { CompiledIndex, IndexedList, ListRuleRow } from './policy-data.ts'
import {
  depthBit,
  HeaderWord,
  INDEX_MAGIC,
  INDEX_VERSION,
  KEY_OFFSET,
  MAX_SET_NUMBER,
  newTableMemory,
  REVISION_OFFSET,
  SLOT_OCTETS,
  slotCountFor,
  TABLE_HEADER_OCTETS,
} from './rule-index.ts'
import { SetTable } from './set-table.ts'

/** 3.2 GB of slots: beyond it, names belong in the tier on disk. */
export const MAX_INDEX_NAMES = 300_000_000

export class IndexBuilder {
  readonly #hasher: NameHasher
  readonly #table: SharedArrayBuffer
  readonly #slots: Int32Array
  readonly #slotCount: number
  readonly #scale: number
  readonly #sets = new SetTable(MAX_SET_NUMBER)
  readonly #pair = new Int32Array(2)
  readonly #capacity: number
  #names = 0
  #depthMask = 0

  /**
   * @param names the most names that will be added, duplicates included
   * @param key   32 random octets; the running index's, where there is one, so that rules made for it stay valid
   * @throws RangeError beyond MAX_INDEX_NAMES
   */
  constructor(names: number, key: Uint8Array, revision: number) {
    if (names > MAX_INDEX_NAMES)
      throw new RangeError(`${names} names are more than an index holds (${MAX_INDEX_NAMES})`)
    this.#capacity = names
    this.#hasher = new NameHasher(key)
    this.#slotCount = slotCountFor(names)
    this.#scale = this.#slotCount / 2 ** 32
    this.#table = newTableMemory(TABLE_HEADER_OCTETS + this.#slotCount * SLOT_OCTETS)
    this.#slots = new Int32Array(this.#table, TABLE_HEADER_OCTETS, 2 * this.#slotCount)
    new Uint8Array(this.#table).set(key, KEY_OFFSET)
    new DataView(this.#table).setFloat64(REVISION_OFFSET, revision, true)
  }

  /** Where the names go, of which only the beginning has been written yet. */
  get memory(): Uint8Array {
    return new Uint8Array(this.#table)
  }

  /**
   * Adds one name as list chunks hold it: labels reversed, a zero octet between them.
   * @throws RangeError when there are more names than announced, or more than 2²⁴ combinations of lists
   */
  add(octets: Uint8Array, start: number, end: number, listNumber: number, nameClass: number): void {
    const depth = this.#hasher.hashReversed(octets, start, end, this.#pair)
    const first = this.#pair[0]!
    const second = this.#pair[1]!
    const member = listNumber * 16 + nameClass
    const slots = this.#slots
    const tag = first & 0xff
    let slot = ((first >>> 0) * this.#scale) >>> 0
    for (;;) {
      const word = slots[2 * slot + 1]!
      const set = word & MAX_SET_NUMBER
      if (set === 0) break
      if (slots[2 * slot] === second && word >>> 24 === tag) {
        slots[2 * slot + 1] = (tag << 24) | this.#sets.with(set, member)
        return
      }
      if (++slot === this.#slotCount) slot = 0
    }
    if (this.#names === this.#capacity) throw new RangeError('more names than the list versions announce')
    this.#names++
    this.#depthMask |= depthBit(depth)
    slots[2 * slot] = second
    slots[2 * slot + 1] = (tag << 24) | this.#sets.with(0, member)
  }

  /** The finished index; the builder is of no use afterwards. */
  finish(lists: readonly IndexedList[], listRules: readonly ListRuleRow[]): CompiledIndex {
    const header = new Int32Array(this.#table, 0, TABLE_HEADER_OCTETS / 4)
    header[HeaderWord.Magic] = INDEX_MAGIC
    header[HeaderWord.Version] = INDEX_VERSION
    header[HeaderWord.SlotCount] = this.#slotCount
    header[HeaderWord.Names] = this.#names
    header[HeaderWord.SetCount] = this.#sets.count
    header[HeaderWord.DepthMask] = this.#depthMask
    return { table: this.#table, sets: this.#sets.pack(), lists, listRules }
  }
}
