import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toWire } from '../dns/domain-name.ts'
import { formatAnswerSummary } from './answer-summary.ts'

const alias = toWire('www.example.org')

describe('an answer summary', () => {
  it.each([
    ['nothing', [], ''],
    ['an address', [0, 1, 4, 192, 0, 2, 1], '192.0.2.1'],
    ['an IPv6 address', [0, 28, 16, 0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 1], '2001:db8::1'],
    [
      'an alias and its address',
      [0, 5, alias.length, ...alias, 0, 1, 4, 192, 0, 2, 1],
      'CNAME www.example.org, 192.0.2.1',
    ],
    ['records whose data is not kept', [0, 15, 0, 0, 65, 0], 'MX, HTTPS'],
    ['an address that is cut off', [0, 16, 0, 0, 1, 4, 192, 0], 'TXT'],
    ['a name that is none', [0, 5, 2, 9, 9], ''],
  ])('shows %s', (_what, octets, text) => expect(formatAnswerSummary(Uint8Array.from(octets))).toBe(text))

  it('never throws, whatever log.db holds', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => void formatAnswerSummary(octets)))
  })
})
