/**
 * How the names of a list version lie in the database: `list_chunk.data` (migrations/weir/0001-initial.sql).
 *
 * Names are turned round by labels, so that sorting brings a domain and all below it together, and front-coded: each says
 * how much it shares with the one before it. Plain names have no octet above 0x7f, so that one octet can begin an entry,
 * end the one before it and carry the shared length. The chunk is then deflated (RFC 1951).
 *
 * ```
 *   www.example.org, example.org, ftp.example.org
 *   turned and sorted       org␀example          org␀example␀ftp      org␀example␀www
 *   entries             80  org␀example      8b  ␀ftp             8c   www
 *                       │                    └ shares 11 octets with the name before
 *                       └ 0x80 + shared length, at most 127
 * ```
 * Measured on three real lists of 29,000 to 144,000 names: 4.6 to 5.4 octets a name. Two octets of lengths before each
 * suffix take 5.2 to 6.2, the same in columns 5.1 to 6.0.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { MAX_NAME_OCTETS } from '../dns/domain-name.ts'

/** Enough for deflate to do its best, few enough that a broken or searched chunk costs little. */
export const CHUNK_NAMES = 4096
const MARK = 0x80
const MAX_SHARED = 0x7f
/** One entry is at most its mark and a whole name. */
const MAX_ENTRY_OCTETS = 1 + MAX_NAME_OCTETS

export interface NameChunk {
  /** Names in it, 1…CHUNK_NAMES. */
  readonly names: number
  /** Octets before compression: what `decodeNameChunk` must be told. */
  readonly rawOctets: number
  readonly data: Uint8Array
}

/** Makes chunks of names that come in ascending order, each once, as reversed octets. Works in constant memory. */
export class NameChunkEncoder {
  readonly #raw = new Uint8Array(CHUNK_NAMES * MAX_ENTRY_OCTETS)
  readonly #previous = new Uint8Array(MAX_NAME_OCTETS)
  #previousLength = 0
  #rawLength = 0
  #names = 0

  /** @returns the chunk that this name has filled, or undefined */
  add(octets: Uint8Array, offset: number, length: number): NameChunk | undefined {
    const raw = this.#raw
    const previous = this.#previous
    const most = Math.min(this.#names === 0 ? 0 : this.#previousLength, length, MAX_SHARED)
    let shared = 0
    while (shared < most && previous[shared] === octets[offset + shared]) shared++
    let at = this.#rawLength
    raw[at++] = MARK | shared
    for (let i = shared; i < length; i++) {
      const octet = octets[offset + i]!
      previous[i] = octet
      raw[at++] = octet
    }
    this.#previousLength = length
    this.#rawLength = at
    return ++this.#names === CHUNK_NAMES ? this.flush() : undefined
  }

  /** @returns the chunk of the names that are left, or undefined when there are none */
  flush(): NameChunk | undefined {
    if (this.#names === 0) return undefined
    const raw = this.#raw.subarray(0, this.#rawLength)
    const chunk = { names: this.#names, rawOctets: raw.length, data: deflateRawSync(raw, { level: 6 }) }
    this.#names = 0
    this.#rawLength = 0
    return chunk
  }
}

/** Names in ascending order of their reversed octets, each once. */
export interface NameCursor {
  /** Holds the current name from `offset` on; valid until the next `next()`. */
  readonly octets: Uint8Array
  readonly offset: number
  readonly length: number
  /** Goes to the next name. @returns false when there is none */
  next(): boolean
}

/** Chunks of all names of a cursor. */
export function* encodeNameChunks(names: NameCursor): Generator<NameChunk> {
  const encoder = new NameChunkEncoder()
  while (names.next()) {
    const chunk = encoder.add(names.octets, names.offset, names.length)
    if (chunk) yield chunk
  }
  const last = encoder.flush()
  if (last) yield last
}

/** A chunk that cannot be read; says what is wrong with it. */
export class DamagedChunk extends Error {}

/** Goes through the names of chunks, one after the other, in one reused buffer. */
export class ChunkCursor implements NameCursor {
  readonly octets = new Uint8Array(MAX_NAME_OCTETS)
  readonly offset = 0
  length = 0
  readonly #chunks: Iterator<StoredChunk>
  #raw: Uint8Array = new Uint8Array(0)
  #at = 0

  constructor(chunks: Iterable<StoredChunk>) {
    this.#chunks = chunks[Symbol.iterator]()
  }

  /** @throws DamagedChunk */
  next(): boolean {
    while (this.#at >= this.#raw.length) {
      const chunk = this.#chunks.next()
      if (chunk.done === true) return false
      this.#raw = inflate(chunk.value.data, chunk.value.rawOctets)
      this.#at = 0
      this.length = 0
    }
    this.#at = readEntry(this.#raw, this.#at, this)
    return true
  }
}

/** What a row of `list_chunk` holds. */
export type StoredChunk = Pick<NameChunk, 'rawOctets' | 'data'>

/**
 * Calls `visit` for each name of a chunk, in order.
 * @param visit gets the same buffer each time: reversed octets, `length` of them; it must copy what it keeps
 * @throws DamagedChunk
 */
export function decodeNameChunk(
  data: Uint8Array,
  rawOctets: number,
  visit: (octets: Uint8Array, length: number) => void,
): void {
  const raw = inflate(data, rawOctets)
  const name = { octets: new Uint8Array(MAX_NAME_OCTETS), length: 0 }
  for (let at = 0; at < raw.length; ) {
    at = readEntry(raw, at, name)
    visit(name.octets, name.length)
  }
}

/** Octets at the head of a chunk's data that hold its first name: Huffman tables take at most about 300. */
export const CHUNK_HEAD_OCTETS = 1024

/**
 * The first name of a chunk, from the head of its data alone: what a search for a name's chunk needs of the others.
 * @param head the first CHUNK_HEAD_OCTETS of the data, or all of it
 * @throws DamagedChunk
 */
export function firstNameOf(head: Uint8Array): Uint8Array {
  let raw: Uint8Array
  try {
    raw = inflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (cause) {
    throw new DamagedChunk('the compressed data of a chunk is damaged', { cause })
  }
  const name = { octets: new Uint8Array(MAX_NAME_OCTETS), length: 0 }
  if (raw.length === 0) throw new DamagedChunk('a chunk is empty')
  readEntry(raw, 0, name)
  return name.octets.slice(0, name.length)
}

function inflate(data: Uint8Array, rawOctets: number): Uint8Array {
  if (!Number.isInteger(rawOctets) || rawOctets < 1 || rawOctets > CHUNK_NAMES * MAX_ENTRY_OCTETS)
    throw new DamagedChunk(`a chunk cannot have ${rawOctets} octets`)
  let raw: Uint8Array
  // In one piece, and so that it is seen not to be full: else pieces are made and put together.
  const chunkSize = Math.max(constants.Z_MIN_CHUNK, rawOctets + 1)
  try {
    raw = inflateRawSync(data, { maxOutputLength: rawOctets, finishFlush: constants.Z_FINISH, chunkSize })
  } catch (cause) {
    throw new DamagedChunk('the compressed data of a chunk is damaged', { cause })
  }
  if (raw.length !== rawOctets) throw new DamagedChunk(`a chunk has ${raw.length} octets instead of ${rawOctets}`)
  return raw
}

/** Reads the entry at `at` over the name before it. @returns where the next one begins */
function readEntry(raw: Uint8Array, at: number, name: { readonly octets: Uint8Array; length: number }): number {
  const mark = raw[at]!
  if (mark < MARK) throw new DamagedChunk('a chunk begins in the middle of a name')
  let length = mark & MAX_SHARED
  if (length > name.length) throw new DamagedChunk('a name shares more than the one before it has')
  let next = at + 1
  while (next < raw.length) {
    const octet = raw[next]!
    if (octet >= MARK) break
    // The wire form is two octets longer, and 255 at most.
    if (length >= MAX_NAME_OCTETS - 2) throw new DamagedChunk('a name in a chunk is too long')
    name.octets[length++] = octet
    next++
  }
  if (length === 0) throw new DamagedChunk('a chunk holds an empty name')
  name.length = length
  return next
}
