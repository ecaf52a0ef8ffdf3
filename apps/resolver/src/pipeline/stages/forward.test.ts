import { expect, it } from 'vitest'
import type { ForwardReply, ResponseFacts } from '../../query/ports.ts'
import { QueryContext } from '../../query/query-context.ts'
import { settle } from './forward.ts'

const plain: ResponseFacts = {
  kind: 'answer',
  rcode: 0,
  isTruncated: false,
  isAuthenticData: false,
  hasOpt: true,
  extendedError: -1,
  smallestTtlSeconds: 60,
  negativeTtlSeconds: -1,
}
const message = Uint8Array.from({ length: 20 }, (_, i) => i)

function settled(facts: Partial<ResponseFacts>): QueryContext {
  const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))
  const reply: ForwardReply = {
    ok: true,
    message,
    length: message.length,
    facts: { ...plain, ...facts },
    upstreamIndex: 3,
  }
  settle(query, reply)
  return query
}

it('takes an answer over', () => {
  const { fault, stored, storedLength, upstreamIndex } = settled({})
  expect([fault, upstreamIndex]).toEqual([null, 3])
  expect(stored!.subarray(0, storedLength)).toEqual(message)
})

it.each<[string, Partial<ResponseFacts>]>([
  ['half an answer that TCP could not complete', { isTruncated: true }],
  ['what is between the upstream and Weir alone, as BADCOOKIE', { kind: 'failure', rcode: 23 }],
])('passes nothing on of %s', (_, facts) => {
  const { fault, stored } = settled(facts)
  expect([fault, stored]).toEqual(['upstream-refused', null])
})
