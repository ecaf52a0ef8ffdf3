import { toWire } from '@weir/shared/dns/domain-name'
import { expect, it } from 'vitest'
import { LruResponseCache } from '../../cache/lru-response-cache.ts'
import { Outcome } from '../../query/outcome.ts'
import type { After, Forwarder } from '../../query/ports.ts'
import { QueryContext } from '../../query/query-context.ts'
import type { KeepSettings } from './cache-access.ts'
import { cacheKeyOf, lookUpCache, newCacheKey } from './look-up-cache.ts'
import { Prefetcher } from './prefetcher.ts'

const NOW_MS = 1_000_000
const name = toWire('large.example.org')
const asksNobody: Forwarder = { forward: () => expect.fail('asked an upstream') }
const never: After = () => () => undefined

/** An answer of one TXT record with so many octets of RDATA. */
function answer(rdataOctets: number): Buffer {
  const header = Buffer.from('000081800001000100000000', 'hex')
  const fixed = Buffer.from('c00c001000010000003c0000', 'hex')
  fixed.writeUInt16BE(rdataOctets, 10)
  return Buffer.concat([header, name, Buffer.from('00100001', 'hex'), fixed, Buffer.alloc(rdataOctets)])
}

it.each([100, 5000])('answers with %i octets of RDATA, also where the response has no room for them', (rdataOctets) => {
  const cache = new LruResponseCache(1 << 20)
  const times = { minTtlSeconds: 0, maxTtlSeconds: 3600, negativeMaxTtlSeconds: 3600 }
  const settings = { cache, serveStaleSeconds: 0, cutsAtNxdomain: true, prefetches: false, times }
  const current = (): KeepSettings & { prefetches: boolean } => settings
  const stage = lookUpCache(current, new Prefetcher(asksNobody, current, never))
  const query = new QueryContext(new Uint8Array(512), new Uint8Array(4096))
  query.view.qtype = 16
  query.view.qclass = 1
  query.receivedAtMs = NOW_MS
  query.lookupName = name
  query.lookupNameLength = name.length
  expect(stage.run(query)).toBe(Outcome.Continue)
  const message = answer(rdataOctets)
  cache.store(cacheKeyOf(query, newCacheKey()), message, message.length, 60, 0, NOW_MS)
  expect(stage.run(query)).toBe(Outcome.Answered)
  expect(Buffer.from(query.stored!.subarray(0, query.storedLength))).toEqual(message)
})
