import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CacheHit } from '../query/response-cache.ts'
import { CONTROL_OCTETS, createCacheBuffer, SHARDS_OFFSET } from './cache-layout.ts'
import { LOCK_PATIENCE_MS } from './cache-shard.ts'
import { LruResponseCache } from './lru-response-cache.ts'
import { answer, cacheKey, describeResponseCache, wireName } from './response-cache.contract.ts'
import { SharedCache } from './shared-cache.ts'

describeResponseCache('SharedCache', (limit) => new SharedCache(createCacheBuffer(limit)))
describeResponseCache('the cache for big answers', (limit) => new LruResponseCache(limit))

const START = Date.UTC(2026, 0, 1)

describe('SharedCache in one thread', () => {
  it.each([64 * 1024, 100_000, 1024 ** 2, 33_554_432, 100_000_001])('takes no more than its %d octets', (limit) => {
    const buffer = createCacheBuffer(limit)
    expect(buffer.byteLength).toBeLessThanOrEqual(limit)
    expect(buffer.byteLength).toBeGreaterThan(limit * 0.99)
  })

  it('is the same cache for all that attach to its buffer', () => {
    const buffer = createCacheBuffer(65_536)
    const [writer, reader] = [new SharedCache(buffer), new SharedCache(buffer)]
    const key = cacheKey('www.example.org')
    writer.store(key, answer(key, [60]), answer(key, [60]).length, 60, 0, START)
    expect(reader.lookUp(key, START, 0, new Uint8Array(512), new CacheHit())).toBe(true)
    expect(reader.flush(wireName('www.example.org'))).toBe(1)
    expect(writer.counters).toEqual({ hits: 1, misses: 0, stored: 1, evicted: 0, refused: 0 })
  })

  it.each([
    ['long', Array.from({ length: 1 }, () => 60), new Uint8Array(40_000).fill(7)],
    ['many records', Array.from({ length: 600 }, () => 60), Uint8Array.of(192, 0, 2, 1)],
  ])('keeps answers of %s apart, for the thread that stored them, until anyone flushes', (_, ttls, rdata) => {
    const buffer = createCacheBuffer(1024 * 1024)
    const [one, other] = [new SharedCache(buffer), new SharedCache(buffer)]
    const key = cacheKey('www.example.org')
    const message = answer(key, ttls, rdata)
    const hit = new CacheHit()
    const out = new Uint8Array(65_535)
    const keep = () => one.store(key, message, message.length, 60, 3, START)
    keep()
    expect(one.lookUp(key, START, 0, new Uint8Array(4096), hit)).toBe(false)
    expect(hit.length).toBe(message.length)
    expect(one.lookUp(key, START + 20_000, 0, out, hit)).toBe(true)
    expect(hit).toMatchObject({ length: message.length, upstreamIndex: 3, slot: -1, ageSeconds: 20 })
    expect(other.lookUp(key, START, 0, out, hit)).toBe(false)
    expect(one.entryCount).toBe(0)
    other.flush(wireName('another.example.org'))
    expect(one.lookUp(key, START, 0, out, hit)).toBe(false)
    keep()
    expect(one.flush(wireName('example.org'), true)).toBe(1)
    expect(one.lookUp(key, START, 0, out, hit)).toBe(false)
  })

  it('ages answers on when the clock is set back, for all that share it: they live no longer for it', () => {
    const buffer = createCacheBuffer(65_536)
    const [one, other] = [new SharedCache(buffer), new SharedCache(buffer)]
    const key = cacheKey('www.example.org')
    const [out, hit] = [new Uint8Array(512), new CacheHit()]
    one.store(key, answer(key, [300]), answer(key, [300]).length, 300, 0, START)
    one.setBack(7_200_000)
    expect(other.lookUp(key, START - 7_200_000 + 100_000, 0, out, hit)).toBe(true)
    expect(hit.ageSeconds).toBe(100)
    other.setBack(60_000)
    expect(one.lookUp(key, START - 7_260_000 + 300_001, 0, out, hit)).toBe(false)
  })

  it('refuses a buffer of another layout', () => {
    expect(() => new SharedCache(new SharedArrayBuffer(65_536))).toThrow('another layout')
  })

  it('takes over the lock of a writer that died, after patience, and starts that shard anew', () => {
    const buffer = createCacheBuffer(65_536)
    let nowMs = 0
    const cache = new SharedCache(buffer, () => nowMs)
    const key = cacheKey('www.example.org')
    const message = answer(key, [60])
    const keep = () => cache.store(key, message, message.length, 60, 0, START)
    keep()
    new Int32Array(buffer, SHARDS_OFFSET, CONTROL_OCTETS / 4)[0] = 999_999
    keep()
    nowMs = LOCK_PATIENCE_MS - 1
    keep()
    expect(cache.counters.refused).toBe(2)
    expect(cache.lookUp(key, START, 0, new Uint8Array(512), new CacheHit())).toBe(true)
    nowMs = LOCK_PATIENCE_MS
    keep()
    keep()
    expect(cache.counters).toMatchObject({ stored: 3, refused: 2 })
    expect(cache.entryCount).toBe(1)
  })

  it('answers as a map would, whatever is stored, asked and flushed', () => {
    const name = fc.nat({ max: 40 }).map((n) => `n${n % 7}.z${n % 5}.example.org`)
    const step = fc.record({
      name,
      qtype: fc.constantFrom(1, 28),
      size: fc.nat({ max: 900 }),
      kind: fc.nat({ max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const cache = new SharedCache(createCacheBuffer(65_536))
        const latest = new Map<string, Uint8Array>()
        const out = new Uint8Array(2048)
        const hit = new CacheHit()
        for (const [i, { name: text, qtype, size, kind }] of steps.entries()) {
          const key = cacheKey(text, { qtype })
          const id = `${text}/${qtype}`
          if (kind < 6) {
            const message = answer(key, [60], new Uint8Array(size).fill(i))
            cache.store(key, message, message.length, 60, 0, START)
            latest.set(id, message.fill(0, 0, 2))
          } else if (kind === 6) {
            cache.flush(wireName(text))
            for (const type of [1, 28]) latest.delete(`${text}/${type}`)
          } else if (cache.lookUp(key, START, 0, out, hit)) expect(out.slice(0, hit.length)).toEqual(latest.get(id))
        }
        expect(cache.flush()).toBeLessThanOrEqual(latest.size)
        expect([cache.entryCount, cache.sizeOctets]).toEqual([0, 0])
      }),
      { numRuns: 60 },
    )
  })
})
