import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromWire, isAtOrBelow, parseDomainName, splitLabels, toWire } from './domain-name.ts'

/** Any code point, surrogates too, ASCII often. fast-check's own `binary` unit takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code))

const label63 = 'a'.repeat(63)
/** 253 characters: 255 octets on the wire. */
const longest = `${label63}.${label63}.${label63}.${'a'.repeat(61)}`

describe('parseDomainName', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['single', 'single'],
    ['_dmarc.example.org', '_dmarc.example.org'],
    ['-leading.trailing-.example', '-leading.trailing-.example'],
    ['1.2.3', '1.2.3'],
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['MÜNCHEN.example.', 'xn--mnchen-3ya.example'],
    ['日本。example', 'xn--wgv71a.example'],
    ['한국.example', 'xn--3e0b707e.example'],
    ['under_score.bücher.example', 'under_score.xn--bcher-kva.example'],
    ['xn---mllerk1va.example', 'xn---mllerk1va.example'],
    ['１.２', '1.2'],
    ['a\\.b.example', 'a\\.b.example'],
    ['\\065.example', 'a.example'],
    ['a\\032b.example', 'a\\032b.example'],
    ['\\*.example', '\\042.example'],
    ['ends\\\\.', 'ends\\\\'],
    [longest, longest],
    [`${longest}.`, longest],
  ])('makes %j canonical', (text, canonical) => {
    expect(parseDomainName(text)).toEqual({ ok: true, value: canonical })
  })

  it.each([
    ['', 'empty'],
    ['.', 'root'],
    ['..', 'empty label'],
    ['.example', 'empty label'],
    ['a..example', 'empty label'],
    ['a b.example', 'U+0020'],
    ['*.example', "'*'"],
    ['a/b', "'/'"],
    ['exa\u0000mple', 'U+0000'],
    [`${label63}a.example`, '63 octets'],
    [`a${longest}`, '255 octets'],
    ['x'.repeat(5000), '255 octets'],
    ['\\065.'.repeat(128), '255 octets'],
    ['a\\', 'escape'],
    ['a\\25.example', 'escape'],
    ['a\\256.example', 'escape'],
    ['ü:80', "':'"],
    ['ü@example', "'@'"],
    ['ü%41', "'%'"],
    ['\u2100.example', 'internationalised'],
    ['\ud800.example', 'not'],
  ])('refuses %j and says why', (text, reason) => {
    const result = parseDomainName(text)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.error).toContain(reason)
  })

  it('takes the root where it is allowed', () => {
    expect(parseDomainName('.', { allowRoot: true })).toEqual({ ok: true, value: '.' })
  })

  it('never throws, and what it accepts is canonical already', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter }),
          fc.string({ unit: fc.constantFrom(...'aZ09._\\ü-。'), maxLength: 40 }),
        ),
        (text) => {
          const result = parseDomainName(text)
          if (result.ok) expect(parseDomainName(result.value)).toEqual(result)
        },
      ),
    )
  })
})

describe('wire form', () => {
  it('writes lower-case labels with the final zero', () => {
    expect([...toWire('aB.c')]).toEqual([2, 0x61, 0x62, 1, 0x63, 0])
    expect([...toWire('.')]).toEqual([0])
  })

  it('escapes what is no letter, digit, hyphen or underscore', () => {
    expect(fromWire(Uint8Array.of(5, 0x2e, 0x5c, 0x20, 0xff, 0x41, 0))).toBe('\\.\\\\\\032\\255a')
  })

  it('reads at an offset and stops at the zero', () => {
    expect(fromWire(Uint8Array.of(9, 9, 1, 0x61, 0, 1), 2)).toBe('a')
  })

  it.each([
    ['a pointer', [0xc0, 0]],
    ['a label past the end', [3, 0x61]],
    ['no final zero', [1, 0x61]],
    ['nothing', []],
    ['more than 255 octets', [...Array.from({ length: 5 }, () => [63, ...new Array(63).fill(0x61)]).flat(), 0]],
  ])('throws for %s', (_, octets) => {
    expect(() => fromWire(Uint8Array.from(octets))).toThrow(RangeError)
  })

  it('throws for text that is no name', () => {
    for (const text of ['a..b', 'ü', longest + label63]) expect(() => toWire(text)).toThrow(RangeError)
  })

  const wireName = fc
    .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 11 })
    .map((labels) => Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]))

  it('comes back from text as the same labels, whatever octets they hold', () => {
    const lower = (octets: Uint8Array): number[] => {
      const out = [...octets]
      for (let at = 0; out[at] !== 0; at += out[at]! + 1)
        for (let i = at + 1; i <= at + out[at]!; i++) if (out[i]! >= 0x41 && out[i]! <= 0x5a) out[i]! += 32
      return out
    }
    fc.assert(
      fc.property(wireName, (wire) => {
        const text = fromWire(wire)
        expect([...toWire(text)]).toEqual(lower(wire))
        expect(parseDomainName(text, { allowRoot: true })).toEqual({ ok: true, value: text })
        expect(splitLabels(text)).toHaveLength(toWire(text).length === 1 ? 0 : countLabels(wire))
      }),
    )
  })
})

function countLabels(wire: Uint8Array): number {
  let count = 0
  for (let at = 0; wire[at] !== 0; at += wire[at]! + 1) count++
  return count
}

describe('isAtOrBelow', () => {
  it.each([
    ['example.org', 'example.org', true],
    ['a.example.org', 'example.org', true],
    ['notexample.org', 'example.org', false],
    ['org', 'example.org', false],
    ['a\\.example.org', 'example.org', false],
    ['a\\\\.example.org', 'example.org', true],
    ['example.org', '.', true],
  ])('%s at or below %s: %s', (name, ancestor, expected) => {
    expect(isAtOrBelow(name, ancestor)).toBe(expected)
  })
})
