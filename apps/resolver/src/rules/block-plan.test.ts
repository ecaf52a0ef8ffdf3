import type { BlockAnswer } from '@weir/shared/contract/block-answer'
import { describe, expect, it } from 'vitest'
import type { BlockPlan } from '../query/policy-parts.ts'
import { planBlock } from './block-plan.ts'

const text = (octets: Uint8Array | null): string | null => octets && new TextDecoder().decode(octets)

describe('planBlock', () => {
  it.each<[name: string, answers: (BlockAnswer | null)[], expected: Partial<BlockPlan>]>([
    ['has the null address without any answer', [], { kind: 'null', ipv4: [], ipv6: [] }],
    ['takes the kind of the most particular', [{ kind: 'refused' }, { kind: 'nodata' }], { kind: 'refused' }],
    ['takes a missing kind from the next', [null, {}, { kind: 'nxdomain' }], { kind: 'nxdomain' }],
    [
      'takes addresses to mean addresses',
      [{ ipv4: ['192.0.2.1', '192.0.2.2'] }, { kind: 'nxdomain', ipv6: ['2001:db8::1'] }],
      {
        kind: 'addresses',
        ipv4: [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(192, 0, 2, 2)],
        ipv6: [Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
      },
    ],
    [
      'writes MX on the wire',
      [{ mx: '10 a.example.' }],
      { mxRdata: Uint8Array.of(0, 10, 1, 97, 7, 101, 120, 97, 109, 112, 108, 101, 0) },
    ],
    ['writes TXT as one string', [{ txt: 'hi' }], { txtRdata: Uint8Array.of(2, 104, 105) }],
    ['writes an empty TXT', [{ txt: '' }], { txtRdata: Uint8Array.of(0) }],
  ])('%s', (_, answers, expected) => {
    expect(planBlock(answers, 60, null)).toMatchObject(expected)
  })

  it('cuts a long TXT into strings of at most 255 octets', () => {
    const { txtRdata } = planBlock([{ txt: 'x'.repeat(300) }], 60, null)
    expect([txtRdata![0], txtRdata![256], txtRdata!.length]).toEqual([255, 45, 302])
  })

  it('cuts the text of the extended error between characters', () => {
    const { extendedErrorText } = planBlock([], 60, `blocked by list ${'ü'.repeat(200)}`)
    expect(extendedErrorText!.length).toBeLessThanOrEqual(200)
    expect(text(extendedErrorText)).toMatch(/^blocked by list ü+$/)
    expect(planBlock([], 60, null).extendedErrorText).toBeNull()
  })
})
