/**
 * The rule index: which lists hold a name. Immutable, in shared memory, one for all workers.
 *
 * ```
 *  table   0  magic 'WIDX'      4  layout version   8  slot count     12  distinct names
 *         16  set count        20  depth mask      24  revision (f64)
 *         32  hash key, 32 octets
 *         64  slots, 8 octets each, open addressing with linear probing, load ≤ 0.75
 *               word 0   second lane of the hash
 *               word 1   8 low bits of the first lane │ 24 bits set number, 0: free
 *             place of a name = first lane × slot count / 2³²
 *  sets    0  start of the members of set 0, 1, … and the end: (set count + 2) words; set 0 is empty
 *          …  members: list number × 16 + name class (lists/name-class.ts), ascending
 * ```
 * A slot is 40 bits of fingerprint besides its place: a name that is in no list is taken for one with a chance of
 * about 2⁻³⁹ per lookup, and nobody can aim at it without the key. Names are not kept, only their hashes.
 *
 * Bit d of the depth mask says that there are names of d labels (31: of 31 or more), so that for most lists the
 * top-level domain is never looked up.
 */
import { NameHasher } from './name-hash.ts'
import type { CompiledIndex, IndexedList } from './policy-data.ts'

export const INDEX_MAGIC = 0x58444957
export const INDEX_VERSION = 1
export const TABLE_HEADER_OCTETS = 64
export const SLOT_OCTETS = 8
export const MAX_SET_NUMBER = 0xff_ffff
/** Word positions in the header. */
export const HeaderWord = { Magic: 0, Version: 1, SlotCount: 2, Names: 3, SetCount: 4, DepthMask: 5 } as const
export const REVISION_OFFSET = 24
export const KEY_OFFSET = 32

/** Names of `depth` labels fall under this bit of the depth mask. */
export const depthBit = (depth: number): number => 1 << (depth > 31 ? 31 : depth)

/** Slots for so many names at a load of at most 0.75; never full, so that every probe ends. */
export const slotCountFor = (names: number): number => Math.ceil(names / 0.75) + 1

/**
 * Shared memory for a table. One that could grow is mapped by V8 itself, and unmapped when nobody uses it any longer; one of
 * fixed length comes from the C library, which keeps what was freed. Give views of it their lengths: those that follow a
 * buffer's length are slower.
 */
export const newTableMemory = (octets: number): SharedArrayBuffer =>
  new SharedArrayBuffer(octets, { maxByteLength: octets })

/** All lists of an index by number: those in memory, then those of its tier. */
export const indexedLists = (compiled: CompiledIndex | null): readonly IndexedList[] =>
  compiled ? [...compiled.lists, ...(compiled.tier?.lists ?? [])] : []

/** What decisions look names up in: in memory, or on disk (tier-index.ts). */
export interface NameIndex {
  readonly members: Int32Array
  readonly depthMask: number
  /** The number of the set of lists that hold the name with this hash; 0: none. */
  findSet(first: number, second: number): number
  memberStart(set: number): number
  memberEnd(set: number): number
}

export class RuleIndex implements NameIndex {
  readonly hasher: NameHasher
  readonly lists: readonly IndexedList[]
  /** Distinct names. */
  readonly names: number
  readonly sizeOctets: number
  /** config_revision that it was compiled for. */
  readonly revision: number
  readonly key: Uint8Array
  /** See the drawing; `members[memberStart(set)]` to before `members[memberEnd(set)]`. */
  readonly members: Int32Array
  readonly depthMask: number
  readonly #slots: Int32Array
  readonly #slotCount: number
  readonly #scale: number

  /** @throws RangeError for buffers of another layout; files are checked by store/index-file.ts */
  constructor({ table, sets, lists }: CompiledIndex) {
    const header = new Int32Array(table, 0, TABLE_HEADER_OCTETS / 4)
    this.#slotCount = header[HeaderWord.SlotCount]!
    if (header[HeaderWord.Magic] !== INDEX_MAGIC || header[HeaderWord.Version] !== INDEX_VERSION)
      throw new RangeError('no rule index of this layout')
    if (table.byteLength !== TABLE_HEADER_OCTETS + this.#slotCount * SLOT_OCTETS)
      throw new RangeError('rule index of the wrong length')
    this.#slots = new Int32Array(table, TABLE_HEADER_OCTETS, 2 * this.#slotCount)
    this.#scale = this.#slotCount / 2 ** 32
    this.names = header[HeaderWord.Names]!
    this.depthMask = header[HeaderWord.DepthMask]!
    this.revision = new DataView(table).getFloat64(REVISION_OFFSET, true)
    this.key = new Uint8Array(table, KEY_OFFSET, 32).slice()
    this.hasher = new NameHasher(this.key)
    this.members = new Int32Array(sets)
    this.lists = lists
    this.sizeOctets = table.byteLength + sets.byteLength
  }

  /** The number of the set of lists that hold the name with this hash; 0: none. */
  findSet(first: number, second: number): number {
    const slots = this.#slots
    let slot = ((first >>> 0) * this.#scale) >>> 0
    for (;;) {
      const word = slots[2 * slot + 1]!
      if ((word & MAX_SET_NUMBER) === 0) return 0
      if (slots[2 * slot] === second && word >>> 24 === (first & 0xff)) return word & MAX_SET_NUMBER
      if (++slot === this.#slotCount) slot = 0
    }
  }

  memberStart(set: number): number {
    return this.members[set]!
  }

  memberEnd(set: number): number {
    return this.members[set + 1]!
  }
}
