/**
 * Answers that are longer than the shared cache takes, or have more records than it can note: one thread's own, in an LRU
 * cache of bounded size.
 *
 * A flush, by whichever thread, raises a number in the shared cache's header; a thread that sees another number than
 * before empties all of its own: answers that rare need no finer aim.
 */
import type { CacheHit, CacheKey } from '../query/response-cache.ts'
import { Header } from './cache-layout.ts'
import { LruResponseCache } from './lru-response-cache.ts'

/** Each thread may keep an eighth of what the shared cache may, and no more than 8 MiB. */
const SHARE_BITS = 3
const MAX_OCTETS = 8 * 1024 * 1024

export class BigAnswers {
  readonly #header: Int32Array<SharedArrayBuffer>
  readonly #answers: LruResponseCache
  #flushes: number

  /** @param buffer of the shared cache */
  constructor(buffer: SharedArrayBuffer) {
    this.#header = new Int32Array(buffer, 0, Header.Flushes + 1)
    this.#flushes = Atomics.load(this.#header, Header.Flushes)
    this.#answers = new LruResponseCache(Math.min(buffer.byteLength >> SHARE_BITS, MAX_OCTETS))
  }

  /** As of ResponseCache. */
  lookUp(key: CacheKey, nowMs: number, maxStaleSeconds: number, out: Uint8Array, hit: CacheHit): boolean {
    if (this.#answers.entryCount === 0) return false
    this.#emptyUnless(Atomics.load(this.#header, Header.Flushes))
    return this.#answers.lookUp(key, nowMs, maxStaleSeconds, out, hit)
  }

  /** As of ResponseCache. */
  store(
    key: CacheKey,
    message: Uint8Array,
    length: number,
    ttlSeconds: number,
    upstreamIndex: number,
    nowMs: number,
  ): void {
    this.#emptyUnless(Atomics.load(this.#header, Header.Flushes))
    this.#answers.store(key, message, length, ttlSeconds, upstreamIndex, nowMs)
  }

  /** As of ResponseCache, but of this thread alone. */
  remove(key: CacheKey): void {
    if (this.#answers.entryCount > 0) this.#answers.remove(key)
  }

  /** As of ResponseCache; for the other threads it is a flush of everything big. */
  flush(name?: Uint8Array, subtree = false): number {
    this.#emptyUnless(Atomics.add(this.#header, Header.Flushes, 1))
    this.#flushes++
    return this.#answers.flush(name, subtree)
  }

  #emptyUnless(flushes: number): void {
    if (flushes === this.#flushes) return
    this.#flushes = flushes
    this.#answers.flush()
  }
}
