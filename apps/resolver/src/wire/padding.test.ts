import { decode, encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryContext, Transport } from '../query/query-context.ts'
import { asksForPadding, padMessage, RESPONSE_BLOCK_OCTETS } from './padding.ts'
import { ParseVerdict, parseQuery } from './parse-query.ts'
import { QueryView } from './query-view.ts'
import { OPT_OCTETS } from './write-opt.ts'

const cookie = { code: 10, data: Buffer.alloc(8, 1) }
const padding = { code: 12, length: 0 }

function query(options: readonly object[] | null): Buffer {
  const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: options ?? [] }
  return encode({
    type: 'query',
    id: 1,
    questions: [{ type: 'A', name: 'www.example.org' }],
    additionals: options === null ? [] : [opt as never],
  })
}

describe('padding', () => {
  it.each([
    ['no OPT record', null, false],
    ['no options', [], false],
    ['another option', [cookie], false],
    ['a Padding option', [padding], true],
    ['a Padding option behind another one', [cookie, padding], true],
  ])('is asked for by a query with %s: %s → %s', (_, options, expected) => {
    const message = query(options)
    const view = new QueryView()
    expect(parseQuery(message, message.length, view)).toBe(ParseVerdict.Ok)
    expect(asksForPadding(message, view)).toBe(expected)
  })

  it.each([
    [Transport.Udp, false],
    [Transport.Tcp, false],
    [Transport.Tls, true],
    [Transport.Https, true],
  ])('is given over transport %i: %s', (transport, expected) => {
    const message = query([padding])
    const context = new QueryContext(message, new Uint8Array(512))
    parseQuery(message, message.length, context.view)
    context.transport = transport
    expect(context.wantsPadding).toBe(expected)
  })

  it('fills whole blocks, or all there is room for, with zeros that any reader skips', () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 1400 }), fc.boolean(), (limit, hasCookie) => {
        const plain = query(hasCookie ? [cookie] : [])
        const message = new Uint8Array(2000).fill(0xee)
        message.set(plain)
        const optOffset = plain.length - OPT_OCTETS - (hasCookie ? 12 : 0)
        const length = padMessage(message, plain.length, optOffset, RESPONSE_BLOCK_OCTETS, limit)
        expect(length).toBe(RESPONSE_BLOCK_OCTETS)
        expect(message[length]).toBe(0xee)
        const [opt] = decode(Buffer.from(message.subarray(0, length))).additionals as unknown as {
          options: { code: number; data: Buffer }[]
        }[]
        const [last] = opt!.options.slice(-1)
        expect(last!.code).toBe(12)
        expect(last!.data.every((octet) => octet === 0)).toBe(true)
        const view = new QueryView()
        expect(parseQuery(message, length, view)).toBe(ParseVerdict.Ok)
      }),
    )
  })

  it.each([
    [100, 100, 100],
    [100, 103, 100],
    [100, 104, 104],
    [100, 300, 300],
    [464, 1232, 468],
    [465, 1232, 936],
  ])('makes %i octets with room for %i into %i', (length, limit, expected) => {
    const message = new Uint8Array(2000)
    expect(padMessage(message, length, 20, RESPONSE_BLOCK_OCTETS, limit)).toBe(expected)
  })
})
