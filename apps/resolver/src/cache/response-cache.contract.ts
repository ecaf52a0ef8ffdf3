/** What every response cache must do; run by the test of each implementation. */
import { describe, expect, it } from 'vitest'
import { CacheHit, type CacheKey, type ResponseCache } from '../query/response-cache.ts'

/** `a.example.org` → wire labels. */
export const wireName = (text: string): Uint8Array =>
  Uint8Array.from([...text.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]), 0])

export function cacheKey(text: string, changes: Partial<CacheKey> = {}): CacheKey {
  const name = wireName(text)
  const rest = { qtype: 1, qclass: 1, dnssecOk: false, checkingDisabled: false, upstreamGroupId: 1 }
  return { name, nameLength: name.length, ...rest, ...changes }
}

/** A response to `key` with one record of `rdataOctets` for each TTL. */
export function answer(
  key: CacheKey,
  ttls: readonly number[],
  rdata: Uint8Array = Uint8Array.of(192, 0, 2, 1),
): Uint8Array {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0x1234, 0)
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(ttls.length, 6)
  const question = Buffer.alloc(4)
  question.writeUInt16BE(key.qtype, 0)
  question.writeUInt16BE(key.qclass, 2)
  const records = ttls.map((ttl) => {
    const fixed = Buffer.alloc(12)
    fixed.writeUInt16BE(0xc00c, 0)
    fixed.writeUInt16BE(key.qtype, 2)
    fixed.writeUInt16BE(key.qclass, 4)
    fixed.writeUInt32BE(ttl, 6)
    fixed.writeUInt16BE(rdata.length, 10)
    return Buffer.concat([fixed, rdata])
  })
  return new Uint8Array(Buffer.concat([head, key.name.subarray(0, key.nameLength), question, ...records]))
}

const START = Date.UTC(2026, 0, 1)

export function describeResponseCache(name: string, make: (limitOctets: number) => ResponseCache): void {
  const setUp = () => {
    const cache = make(1024 * 1024)
    const out = new Uint8Array(4096)
    const hit = new CacheHit()
    const keep = (key: CacheKey, ttl = 60, at = START) => {
      const message = answer(key, [ttl])
      cache.store(key, message, message.length, ttl, 3, at)
    }
    const ask = (key: CacheKey, at = START, stale = 0) => cache.lookUp(key, at, stale, out, hit)
    const ttl = (key: CacheKey) => Buffer.from(out).readUInt32BE(12 + key.nameLength + 4 + 6)
    return { cache, out, hit, keep, ask, ttl }
  }

  describe(name, () => {
    it('gives back what was stored, with ID zero', () => {
      const { keep, ask, out, hit } = setUp()
      const key = cacheKey('www.example.org')
      expect(ask(key)).toBe(false)
      keep(key)
      expect(ask(key)).toBe(true)
      const expected = answer(key, [60])
      expected.fill(0, 0, 2)
      expect(out.slice(0, hit.length)).toEqual(expected)
      expect(hit).toMatchObject({ isStale: false, ageSeconds: 0, ageShare: 0, upstreamIndex: 3 })
    })

    it.each<[string, Partial<CacheKey>]>([
      ['QTYPE', { qtype: 28 }],
      ['QCLASS', { qclass: 3 }],
      ['DO', { dnssecOk: true }],
      ['CD', { checkingDisabled: true }],
      ['upstream group', { upstreamGroupId: 2 }],
    ])('never serves one %s the answer of another (AGH #8384, Recursor CVE-2026-40012)', (_, changes) => {
      const { keep, ask } = setUp()
      keep(cacheKey('www.example.org'))
      expect(ask(cacheKey('www.example.org', changes))).toBe(false)
      expect(ask(cacheKey('ww.example.org'))).toBe(false)
    })

    it('ages TTLs, and serves past them only as far as it is told (RFC 8767)', () => {
      const { keep, ask, hit, ttl } = setUp()
      const key = cacheKey('www.example.org')
      keep(key, 60)
      expect(ask(key, START + 45_500)).toBe(true)
      expect(ttl(key)).toBe(15)
      expect(hit).toMatchObject({ isStale: false, ageSeconds: 45 })
      expect(hit.ageShare).toBeCloseTo(45.5 / 60)
      expect(ask(key, START + 60_000)).toBe(false)
      expect(ask(key, START + 100_000, 50)).toBe(true)
      expect(hit.isStale).toBe(true)
      expect(ttl(key)).toBe(30)
      expect(ask(key, START + 110_000, 50)).toBe(false)
    })

    it('lifts TTLs below the answer’s own life, and takes one with its top bit set as zero (RFC 2181 §8)', () => {
      const { cache, ask, out, ttl } = setUp()
      const key = cacheKey('www.example.org')
      const message = answer(key, [5, 0x80000001, 500])
      cache.store(key, message, message.length, 60, 0, START)
      expect(ask(key, START + 10_000)).toBe(true)
      const second = 12 + key.nameLength + 4 + 16
      expect([ttl(key), Buffer.from(out).readUInt32BE(second + 6), Buffer.from(out).readUInt32BE(second + 22)]).toEqual(
        [50, 50, 490],
      )
    })

    it('does not serve what a clock that jumped back makes younger than new', () => {
      const { keep, ask } = setUp()
      const key = cacheKey('www.example.org')
      keep(key, 60, START + 365 * 86_400_000)
      expect(ask(key, START)).toBe(false)
    })

    it('replaces an answer', () => {
      const { cache, keep, ask, ttl } = setUp()
      const key = cacheKey('www.example.org')
      keep(key, 60)
      keep(key, 90)
      expect(ask(key)).toBe(true)
      expect(ttl(key)).toBe(90)
      expect(cache.entryCount).toBe(1)
    })

    it.each([
      ['TTL 0', (key: CacheKey) => [answer(key, [60]), 0] as const],
      ['octets behind the last record', (key: CacheKey) => [Uint8Array.of(...answer(key, [60]), 1), 60] as const],
      ['a record cut short', (key: CacheKey) => [answer(key, [60]).slice(0, -1), 60] as const],
    ])('does not keep %s', (_, make) => {
      const { cache, ask } = setUp()
      const key = cacheKey('www.example.org')
      const [message, ttl] = make(key)
      cache.store(key, message, message.length, ttl, 0, START)
      expect(ask(key)).toBe(false)
      expect(cache.entryCount).toBe(0)
    })

    it('says no when the answer does not fit', () => {
      const { cache, keep } = setUp()
      const key = cacheKey('www.example.org')
      keep(key)
      expect(cache.lookUp(key, START, 0, new Uint8Array(20), new CacheHit())).toBe(false)
    })

    it('removes the answer for one key, and no other', () => {
      const { cache, keep, ask } = setUp()
      const key = cacheKey('www.example.org')
      const others = [cacheKey('www.example.org', { qtype: 28 }), cacheKey('example.org')]
      for (const each of [key, ...others]) keep(each)
      cache.remove(key)
      cache.remove(cacheKey('none.example.org'))
      expect([key, ...others].map((each) => ask(each))).toEqual([false, true, true])
      expect(cache.entryCount).toBe(2)
      keep(key)
      expect(ask(key)).toBe(true)
    })

    it('flushes a name, a subtree and everything, and counts exactly', () => {
      const { cache, keep, ask } = setUp()
      for (const text of ['example.org', 'www.example.org', 'a.www.example.org', 'notexample.org', 'org'])
        keep(cacheKey(text))
      keep(cacheKey('www.example.org', { qtype: 28 }))
      expect(cache.flush(wireName('www.example.org'))).toBe(2)
      expect(cache.flush(wireName('www.example.org'))).toBe(0)
      expect(cache.flush(wireName('example.org'), true)).toBe(2)
      expect(ask(cacheKey('notexample.org'))).toBe(true)
      expect(ask(cacheKey('a.www.example.org'))).toBe(false)
      expect(cache.flush(Uint8Array.of(0), true)).toBe(2)
      keep(cacheKey('example.org'))
      expect(cache.flush()).toBe(1)
      expect([cache.entryCount, cache.sizeOctets]).toEqual([0, 0])
    })

    it('stays within its bound', () => {
      const { cache, keep, ask } = setUp()
      for (let i = 0; i < 30_000; i++) keep(cacheKey(`n${i}.example.org`))
      expect(cache.sizeOctets).toBeLessThanOrEqual(cache.limitOctets)
      expect(cache.entryCount).toBeGreaterThan(3000)
      expect(ask(cacheKey('n29999.example.org'))).toBe(true)
    })
  })
}
