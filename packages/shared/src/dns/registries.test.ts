import { describe, expect, it } from 'vitest'
import { formatRcode, parseRcode, Rcode } from './rcode.ts'
import { formatRrType, parseRrType, RrType } from './rr-type.ts'

describe('registries', () => {
  it.each([
    ['RR types', RrType, formatRrType, parseRrType],
    ['RCODEs', Rcode, formatRcode, parseRcode],
  ] as const)('%s come back from their mnemonics, in any case', (_, registry, format, parse) => {
    for (const [mnemonic, value] of Object.entries(registry)) {
      expect(format(value)).toBe(mnemonic)
      expect(parse(mnemonic.toLowerCase())).toBe(value)
    }
  })

  it.each([
    [parseRrType('TYPE65'), 65],
    [parseRrType('type65535'), 65_535],
    [parseRrType('*'), 255],
    [parseRrType('TYPE65536'), undefined],
    [parseRrType('TYPE'), undefined],
    [parseRrType('constructor'), undefined],
    [parseRcode('RCODE4095'), 4095],
    [parseRcode('RCODE4096'), undefined],
    [formatRrType(1234), 'TYPE1234'],
    [formatRcode(1234), 'RCODE1234'],
  ])('generic forms (RFC 3597 §5): %s is %s', (actual, expected) => {
    expect(actual).toBe(expected)
  })
})
