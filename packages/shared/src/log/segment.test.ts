import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reversedName, subtreeRange } from './reversed-name.ts'
import {
  decodeOffsets,
  encodeOffsets,
  intersectOffsets,
  SEGMENT_ROWS,
  segmentOf,
  segmentStart,
  uniteOffsets,
} from './segment.ts'

const ascending = fc
  .uniqueArray(fc.nat(SEGMENT_ROWS - 1), { maxLength: 200 })
  .map((offsets) => offsets.toSorted((a, b) => a - b))

describe('segments of the query log', () => {
  it('read offsets back as they were written', () => {
    fc.assert(
      fc.property(ascending, (offsets) => {
        expect([...decodeOffsets(encodeOffsets(offsets))]).toEqual(offsets)
      }),
    )
  })

  it('intersect and unite offsets like sets', () => {
    fc.assert(
      fc.property(ascending, ascending, (left, right) => {
        const both = left.filter((offset) => right.includes(offset))
        expect([...intersectOffsets(Uint16Array.from(left), Uint16Array.from(right))]).toEqual(both)
        const rest = right.filter((offset) => !left.includes(offset))
        const united = uniteOffsets([Uint16Array.from(left), Uint16Array.from(rest)])
        expect([...united]).toEqual([...left, ...rest].toSorted((a, b) => a - b))
      }),
    )
  })

  it.each([
    [0, 0],
    [SEGMENT_ROWS - 1, 0],
    [SEGMENT_ROWS, 1],
    [2 ** 40, 2 ** 25],
  ])('hold id %d in segment %d', (id, segment) => {
    expect(segmentOf(id)).toBe(segment)
    expect(segmentStart(segment)).toBeLessThanOrEqual(id)
  })
})

describe('reversed names', () => {
  it.each([
    ['www.example.org', 'org.example.www.'],
    ['.', ''],
    ['a\\.b.example.org', 'org.example.a\\.b.'],
  ])('of %s is %s', (name, reversed) => expect(reversedName(name)).toBe(reversed))

  it.each([
    ['example.org', true],
    ['www.example.org', true],
    ['notexample.org', false],
    ['example.organisation', false],
    ['org', false],
    ['example-x.org', false],
  ])('say whether %s is at or below example.org: %s', (name, isBelow) => {
    const { from, until } = subtreeRange('example.org')
    expect(reversedName(name) >= from && reversedName(name) < until).toBe(isBelow)
  })
})
