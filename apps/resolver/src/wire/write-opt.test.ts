import { toWire } from '@weir/shared/dns/domain-name'
import { describe, expect, it } from 'vitest'
import { OptFields, writeOpt } from './write-opt.ts'

const OPT_AND_CODE_OCTETS = 17

/** @returns EXTRA-TEXT as it stands in the record */
function textOf(fields: Partial<OptFields>, room = 512): string {
  const out = new Uint8Array(512)
  const length = writeOpt(out, 0, room, Object.assign(new OptFields(), { infoCode: 15 }, fields))
  expect((out[9]! << 8) | out[10]!).toBe(length - 11)
  expect((out[13]! << 8) | out[14]!).toBe(length - 15)
  return Buffer.from(out.buffer, OPT_AND_CODE_OCTETS, length - OPT_AND_CODE_OCTETS).toString()
}

const extraText = new TextEncoder().encode('blocked by list Ads')

describe('the text of an Extended DNS Error', () => {
  it.each([
    ['ads.example', 0, 'blocked by list Ads, rule ads.example'],
    ['www.ads.example', 4, 'blocked by list Ads, rule ads.example'],
    ['example', 0, 'blocked by list Ads, rule example'],
    ['a\\032b.example', 0, 'blocked by list Ads'],
    ['a\\.b.example', 0, 'blocked by list Ads'],
  ])('goes on with the name of the rule: %s from %i', (name, extraNameOffset, expected) => {
    expect(textOf({ extraText, extraName: toWire(name), extraNameOffset })).toBe(expected)
  })

  it('has the name whole or not at all', () => {
    const fields = { extraText, extraName: toWire('ads.example') }
    const whole = 'blocked by list Ads, rule ads.example'
    expect(textOf(fields, OPT_AND_CODE_OCTETS + whole.length)).toBe(whole)
    expect(textOf(fields, OPT_AND_CODE_OCTETS + whole.length - 1)).toBe('blocked by list Ads')
    expect(textOf(fields, OPT_AND_CODE_OCTETS + 7)).toBe('blocked')
    const long = toWire(['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'example'].join('.'))
    expect(textOf({ extraText, extraName: long })).toBe('blocked by list Ads')
  })
})
