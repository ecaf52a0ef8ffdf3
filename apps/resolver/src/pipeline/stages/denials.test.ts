import { toWire } from '@weir/shared/dns/domain-name'
import { expect, it } from 'vitest'
import { LruResponseCache } from '../../cache/lru-response-cache.ts'
import { QueryContext } from '../../query/query-context.ts'
import { Denials, denialKeyOf } from './denials.ts'
import { newCacheKey } from './look-up-cache.ts'

const NOW_MS = 1_000_000
const above = toWire('gone.example.org')
const below = toWire('host.gone.example.org')

/** NXDOMAIN with one TXT record of so many octets in the authority section, its owner written out. */
function denial(rdataOctets: number): Buffer {
  const header = Buffer.from('000081830001000000010000', 'hex')
  const fixed = Buffer.from('001000010000003c0000', 'hex')
  fixed.writeUInt16BE(rdataOctets, 8)
  return Buffer.concat([header, above, Buffer.from('00010001', 'hex'), above, fixed, Buffer.alloc(rdataOctets)])
}

function findBelow(message: Buffer): { isFound: boolean; length: number } {
  const cache = new LruResponseCache(1 << 20)
  const key = { ...newCacheKey(), name: above, nameLength: above.length, qclass: 1 }
  cache.store(denialKeyOf(key), message, message.length, 60, 0, NOW_MS)
  const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))
  query.view.qtype = 1
  query.view.qclass = 1
  query.receivedAtMs = NOW_MS
  query.lookupName = below
  query.lookupNameLength = below.length
  const denials = new Denials()
  const isFound = denials.find(cache, query, { ...key, name: below, nameLength: below.length }, 0, true)
  return { isFound, length: denials.length }
}

it('makes an answer of a denial of a name above', () => {
  expect(findBelow(denial(10))).toEqual({ isFound: true, length: denial(10).length + 'host.'.length })
})

it('leaves one alone that would be longer than a message may be with the longer name', () => {
  const longest = denial(65_535 - denial(0).length)
  expect(longest).toHaveLength(65_535)
  expect(findBelow(longest).isFound).toBe(false)
  expect(findBelow(denial(65_535 - denial(0).length - 'host.'.length))).toEqual({ isFound: true, length: 65_535 })
})
