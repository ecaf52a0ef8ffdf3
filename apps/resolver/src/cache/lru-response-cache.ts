/**
 * A plain LRU over `lru-cache`, one object an answer: one thread's own, for answers that are too big or too odd for the
 * shared cache, and the reference that the shared one is tested against.
 */
import { LRUCache } from 'lru-cache'
import type { CacheHit, CacheKey, ResponseCache } from '../query/response-cache.ts'
import { ageTtls, clampTtls } from '../wire/ttl.ts'
import { findTtlFields } from './ttl-fields.ts'

interface Kept {
  readonly name: string
  readonly message: Uint8Array
  readonly ttlSeconds: number
  readonly upstreamIndex: number
  readonly storedAtMs: number
}

export class LruResponseCache implements ResponseCache {
  readonly limitOctets: number
  readonly #answers: LRUCache<string, Kept>

  constructor(limitOctets: number) {
    this.limitOctets = limitOctets
    this.#answers = new LRUCache({ maxSize: limitOctets, sizeCalculation: (kept) => kept.message.length + 100 })
  }

  get entryCount(): number {
    return this.#answers.size
  }
  get sizeOctets(): number {
    return this.#answers.calculatedSize
  }

  lookUp(key: CacheKey, nowMs: number, maxStaleSeconds: number, out: Uint8Array, hit: CacheHit): boolean {
    const kept = this.#answers.get(keyText(key))
    hit.length = 0
    if (!kept || nowMs < kept.storedAtMs) return false
    const ageSeconds = Math.floor((nowMs - kept.storedAtMs) / 1000)
    const remaining = kept.ttlSeconds - ageSeconds
    if (remaining <= 0 && -remaining >= maxStaleSeconds) return false
    hit.length = kept.message.length
    if (hit.length > out.length) return false
    out.set(kept.message)
    if (remaining <= 0) clampTtls(out, kept.message.length, 30, 30)
    else {
      ageTtls(out, kept.message.length, ageSeconds)
      clampTtls(out, kept.message.length, remaining, 0x7fffffff)
    }
    hit.slot = -1
    hit.hitCount = 0
    hit.isStale = remaining <= 0
    hit.ageSeconds = ageSeconds
    hit.ageShare = Math.min(1, (nowMs - kept.storedAtMs) / (kept.ttlSeconds * 1000))
    hit.upstreamIndex = kept.upstreamIndex
    return true
  }

  store(
    key: CacheKey,
    message: Uint8Array,
    length: number,
    ttlSeconds: number,
    upstreamIndex: number,
    nowMs: number,
  ): void {
    const isSound = findTtlFields(message, length, new Uint16Array(length)) >= 0
    if (!isSound || ttlSeconds < 1) return
    const copy = message.slice(0, length).fill(0, 0, 2)
    this.#answers.set(keyText(key), {
      name: nameText(key),
      message: copy,
      ttlSeconds,
      upstreamIndex,
      storedAtMs: nowMs,
    })
  }

  remove(key: CacheKey): void {
    this.#answers.delete(keyText(key))
  }

  flush(name?: Uint8Array, subtree = false): number {
    const wanted = name === undefined ? '' : Buffer.from(name).toString('latin1')
    const gone = [...this.#answers.entries()].filter(
      ([, kept]) => name === undefined || kept.name === wanted || (subtree && parents(kept.name).includes(wanted)),
    )
    for (const [key] of gone) this.#answers.delete(key)
    return gone.length
  }
}

const nameText = (key: CacheKey): string => Buffer.from(key.name.subarray(0, key.nameLength)).toString('latin1')

const keyText = (key: CacheKey): string =>
  [nameText(key), key.qtype, key.qclass, key.dnssecOk, key.checkingDisabled, key.upstreamGroupId].join('/')

function parents(name: string): string[] {
  const found: string[] = []
  for (let rest = name; rest.charCodeAt(0) !== 0; found.push(rest)) rest = rest.slice(rest.charCodeAt(0) + 1)
  return found
}
