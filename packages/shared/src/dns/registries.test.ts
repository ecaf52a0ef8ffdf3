import { describe, expect, it } from 'vitest'
import { ExtendedError, formatExtendedError } from './extended-error.ts'
import { formatRcode, parseRcode, Rcode } from './rcode.ts'
import { formatRrClass, parseRrClass, RrClass } from './rr-class.ts'
import { formatRrType, parseRrType, RrType } from './rr-type.ts'

describe('registries', () => {
  it.each([
    ['RR types', RrType, formatRrType, parseRrType],
    ['classes', RrClass, formatRrClass, parseRrClass],
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
    [parseRrClass('CLASS42'), 42],
    [parseRrClass('toString'), undefined],
    [parseRcode('RCODE4095'), 4095],
    [parseRcode('RCODE4096'), undefined],
    [formatRrType(1234), 'TYPE1234'],
    [formatRrClass(1234), 'CLASS1234'],
    [formatRcode(1234), 'RCODE1234'],
  ])('generic forms (RFC 3597 §5): %s is %s', (actual, expected) => {
    expect(actual).toBe(expected)
  })

  it('every extended error has a title', () => {
    expect(formatExtendedError(ExtendedError.Blocked)).toBe('Blocked')
    for (const infoCode of Object.values(ExtendedError)) expect(formatExtendedError(infoCode)).not.toMatch(/^EDE/)
    expect(formatExtendedError(999)).toBe('EDE 999')
  })
})
