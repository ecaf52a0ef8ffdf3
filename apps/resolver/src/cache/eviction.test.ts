import { describe, expect, it } from 'vitest'
import { CacheHit, type ResponseCache } from '../query/response-cache.ts'
import { createCacheBuffer } from './cache-layout.ts'
import { LruResponseCache } from './lru-response-cache.ts'
import { answer, cacheKey } from './response-cache.contract.ts'
import { SharedCache } from './shared-cache.ts'

const NAMES = 20_000
const QUERIES = 60_000
const NOW = Date.UTC(2026, 0, 1)

/** Names by a Zipf law, which DNS queries follow closely (Jung et al., 2002); the same in every run. */
function* zipf(exponent: number): Generator<number> {
  const sums = new Float64Array(NAMES)
  for (let rank = 1, sum = 0; rank <= NAMES; rank++) sums[rank - 1] = sum += 1 / rank ** exponent
  let state = 12_345
  for (let i = 0; i < QUERIES; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const point = (state / 2 ** 32) * sums[NAMES - 1]!
    let low = 0
    for (let high = NAMES - 1; low < high; ) {
      const middle = (low + high) >> 1
      if (sums[middle]! < point) low = middle + 1
      else high = middle
    }
    yield low
  }
}

function hitRate(cache: ResponseCache, exponent: number): number {
  const out = new Uint8Array(512)
  const hit = new CacheHit()
  let hits = 0
  for (const number of zipf(exponent)) {
    const key = cacheKey(`n${number}.example.org`)
    const message = answer(key, [60])
    if (cache.lookUp(key, NOW, 0, out, hit)) hits++
    else cache.store(key, message, message.length, 60, 0, NOW)
  }
  return hits / QUERIES
}

describe('eviction', () => {
  it.each([0.8, 1, 1.2])('hits as often as LRU on names by a Zipf law with exponent %d', (exponent) => {
    const shared = new SharedCache(createCacheBuffer(128 * 1024))
    const rate = hitRate(shared, exponent)
    const message = answer(cacheKey('n1000.example.org'), [60])
    const lru = new LruResponseCache(shared.entryCount * (message.length + 100))
    expect(rate).toBeGreaterThan(hitRate(lru, exponent) - 0.005)
  })

  it('keeps what is asked for while strangers’ names pass through (a scan)', () => {
    const cache = new SharedCache(createCacheBuffer(128 * 1024))
    const out = new Uint8Array(512)
    const hit = new CacheHit()
    const popular = Array.from({ length: 100 }, (_, i) => cacheKey(`popular${i}.example.org`))
    for (const key of popular) cache.store(key, answer(key, [60]), answer(key, [60]).length, 60, 0, NOW)
    for (let i = 0; i < 20_000; i++) {
      const key = cacheKey(`n${i}.example.org`)
      cache.store(key, answer(key, [60]), answer(key, [60]).length, 60, 0, NOW)
      cache.lookUp(popular[i % 100]!, NOW, 0, out, hit)
    }
    const kept = popular.filter((key) => cache.lookUp(key, NOW, 0, out, hit))
    expect(kept.length).toBeGreaterThanOrEqual(95)
  })
})
