/**
 * NXDOMAIN answers of upstreams, and what follows from them: a name that does not exist has no records of any type
 * (RFC 2308 §5), and nothing below it exists (RFC 8020 §2), which not all servers mean when they say it.
 *
 * They are kept under a type that no question has, so that one answer serves all types, and looked for only once the
 * question's own answer was not found. Nothing but the cache is asked: what rules block is never in it.
 */
import type { QueryContext } from '../../query/query-context.ts'
import { CacheHit, type CacheKey, type ResponseCache } from '../../query/response-cache.ts'
import { RecordCopier } from '../../wire/copy-records.ts'
import { HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { copyOctets, writeUint16 } from '../../wire/octets.ts'
import { MAX_NAME_OCTETS } from '../../wire/query-view.ts'
import { RecordCursor, Section } from '../../wire/walk-records.ts'

/** Type 0 is reserved (RFC 6895 §3.1): a question for it is malformed here. */
const EVERY_TYPE = 0
/** Names above one that are looked for, the nearest ones to the root: what is longer is nobody's host. */
const MAX_ANCESTORS = 16
/** The longest DNS message. */
const MAX_MESSAGE_OCTETS = 65_535

export type MutableCacheKey = { -readonly [Field in keyof CacheKey]: CacheKey[Field] }

/** What a denial of the key's name is kept under. */
export const denialKeyOf = (key: CacheKey): CacheKey => ({
  name: key.name,
  nameLength: key.nameLength,
  qtype: EVERY_TYPE,
  qclass: key.qclass,
  dnssecOk: key.dnssecOk,
  checkingDisabled: key.checkingDisabled,
  upstreamGroupId: key.upstreamGroupId,
})

/** One per worker. What `find` writes is good until its next call. */
export class Denials {
  /** Of the answer that was found: its place in the cache only where it speaks of the name itself. */
  readonly hit = new CacheHit()
  /** Seconds that the question's own answer, in `query.stored`, has lain in the cache. */
  ownAgeSeconds = 0
  /** The answer, of `length` octets. */
  message: Uint8Array
  length = 0
  readonly #found = new Uint8Array(MAX_MESSAGE_OCTETS)
  readonly #made = new Uint8Array(MAX_MESSAGE_OCTETS)
  readonly #name = new Uint8Array(MAX_NAME_OCTETS)
  readonly #offsets = new Uint8Array(MAX_NAME_OCTETS)
  readonly #copier = new RecordCopier()
  readonly #cursor = new RecordCursor()

  constructor() {
    this.hit.isProbe = true
    this.message = this.#found
  }

  /**
   * Looks for a denial of the name looked up, then, if `isCut`, of one above it, the highest first. One of the name itself that is over is
   * put aside in `query.stored`, where nothing newer is, for the case that no upstream answers.
   * @param key the question's; its name and type are others afterwards
   */
  find(
    cache: ResponseCache,
    query: QueryContext,
    key: MutableCacheKey,
    maxStaleSeconds: number,
    isCut: boolean,
  ): boolean {
    const { hit } = this
    const { lookupName, lookupNameLength, receivedAtMs } = query
    key.qtype = EVERY_TYPE
    if (cache.lookUp(key, receivedAtMs, maxStaleSeconds, this.#found, hit)) {
      if (!hit.isStale) return this.#make(query, 0)
      this.#putAside(query)
    }
    if (!isCut) return false
    const labels = this.#readOffsets(lookupName)
    key.name = this.#name
    for (let i = labels - 1; i >= Math.max(labels - MAX_ANCESTORS, 1); i--) {
      const skip = this.#offsets[i]!
      key.nameLength = lookupNameLength - skip
      copyOctets(lookupName, skip, key.nameLength, this.#name, 0)
      if (cache.lookUp(key, receivedAtMs, 0, this.#found, hit)) return this.#make(query, skip)
    }
    return false
  }

  #putAside(query: QueryContext): void {
    // The newer one is what the upstream said last (RFC 8767 §4).
    if (query.stored !== null && this.hit.ageSeconds >= this.ownAgeSeconds) return
    query.stored = this.#found.slice(0, this.hit.length)
    query.storedLength = this.hit.length
    query.upstreamIndex = this.hit.upstreamIndex
  }

  /** @returns how many labels the name has */
  #readOffsets(name: Uint8Array): number {
    let count = 0
    for (let at = 0; name[at] !== 0; at += name[at]! + 1) this.#offsets[count++] = at
    return count
  }

  /**
   * The answer for the question's own name: RCODE and proof are the same (RFC 8020 §2, RFC 4035 §5.4).
   * @returns false when it would be longer than a message may be
   */
  #make(query: QueryContext, skip: number): boolean {
    this.length = this.hit.length
    this.message = this.#found
    if (skip === 0) return true
    this.hit.slot = -1
    const { lookupName, lookupNameLength, view } = query
    const [found, made] = [this.#found, this.#made]
    copyOctets(found, 0, HEADER_OCTETS, made, 0)
    copyOctets(lookupName, 0, lookupNameLength, made, HEADER_OCTETS)
    let offset = HEADER_OCTETS + lookupNameLength
    writeUint16(made, offset, view.qtype)
    writeUint16(made, offset + 2, view.qclass)
    offset += 4
    this.#copier.begin(found, made, made.length)
    this.#copier.rememberQuestion(HEADER_OCTETS + skip)
    const cursor = this.#cursor
    cursor.start(found, this.hit.length)
    while (offset >= 0 && cursor.next() && cursor.section === Section.Authority)
      offset = this.#copier.copy(cursor, offset)
    if (offset < 0) return false
    writeUint16(made, HeaderOffset.arcount, 0)
    this.message = made
    this.length = offset
    return true
  }
}
