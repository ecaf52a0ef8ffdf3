import { formatAnswerSummary, MAX_ANSWER_SUMMARY_OCTETS } from '@weir/shared/log/answer-summary'
import type { Packet } from 'dns-packet'
import * as dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { summariseAnswer } from './summarise-answer.ts'

const NAME = 'www.example.org'
const NAME_OCTETS = NAME.length + 2

function summaryOf(answers: NonNullable<Packet['answers']>): string {
  const message = dnsPacket.encode({ type: 'response', id: 0, questions: [{ type: 'A', name: NAME }], answers })
  const out = new Uint8Array(MAX_ANSWER_SUMMARY_OCTETS)
  return formatAnswerSummary(out.subarray(0, summariseAnswer(message, message.length, NAME_OCTETS, out)))
}

describe('the summary of a response', () => {
  it('has the first records', () => {
    expect(
      summaryOf([
        { type: 'CNAME', name: NAME, data: 'edge.example.net' },
        { type: 'A', name: 'edge.example.net', data: '192.0.2.1' },
        { type: 'AAAA', name: 'edge.example.net', data: '2001:db8::1' },
      ]),
    ).toBe('CNAME edge.example.net, 192.0.2.1, 2001:db8::1')
  })

  it('ends after four records, and where 64 octets are full', () => {
    const address = (i: number) => ({ type: 'A' as const, name: NAME, data: `192.0.2.${i}` })
    expect(summaryOf([1, 2, 3, 4, 5, 6].map(address))).toBe('192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4')
    const wide = (i: number) => ({ type: 'AAAA' as const, name: NAME, data: `2001:db8::${i}` })
    expect(summaryOf([1, 2, 3, 4].map(wide))).toBe('2001:db8::1, 2001:db8::2, 2001:db8::3')
  })

  it('keeps the type alone of other records and of names that are too long', () => {
    expect(summaryOf([{ type: 'TXT', name: NAME, data: 'text' }])).toBe('TXT')
    expect(summaryOf([{ type: 'CNAME', name: NAME, data: `${'a'.repeat(60)}.example.net` }])).toBe('CNAME')
  })

  it('stays within its bounds and always ends, whatever the octets are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), fc.nat(60), (octets, questionOctets) => {
        if (octets.length > 7) octets[5] = 1
        const out = new Uint8Array(MAX_ANSWER_SUMMARY_OCTETS + 8)
        const written = summariseAnswer(octets, octets.length, questionOctets, out)
        expect(written).toBeLessThanOrEqual(MAX_ANSWER_SUMMARY_OCTETS)
        expect(out.subarray(MAX_ANSWER_SUMMARY_OCTETS).every((octet) => octet === 0)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
