import { propertyRuns } from '@weir/shared/property-runs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LiteralIndex } from './literal-index.ts'

const encode = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const found = (index: LiteralIndex<number>, text: string): number[] => {
  const items = new Set<number>()
  // What lies behind the text must not count.
  index.search(encode(`${text}abcabc`), text.length, (item) => items.add(item))
  return [...items].sort((a, b) => a - b)
}

it('finds the literals that stand in a text, and none that were taken out', () => {
  const literal = fc.stringMatching(/^[abc.]{3,6}$/)
  fc.assert(
    fc.property(fc.array(literal, { maxLength: 80 }), fc.stringMatching(/^[abc.]{0,20}$/), (literals, text) => {
      const index = new LiteralIndex<number>()
      for (const [i, one] of literals.entries()) index.add([one], i)
      for (const [i, one] of literals.entries()) if (i % 3 === 0) index.remove([one], i)
      const expected = literals.flatMap((one, i) => (i % 3 !== 0 && text.includes(one) ? [i] : []))
      expect(found(index, text)).toEqual(expected)
    }),
    propertyRuns(300),
  )
})

it('grows with what is filed', () => {
  const index = new LiteralIndex<number>()
  const literals = Array.from({ length: 5000 }, (_, i) => `x${i.toString(36)}z`)
  for (const [i, one] of literals.entries()) index.add([one], i)
  for (const i of [0, 77, 4999]) expect(found(index, `a.${literals[i]}.b`)).toContain(i)
  expect(found(index, 'nothing.here')).toEqual([])
})

it('files what requires several literals under the one that others have not', () => {
  const index = new LiteralIndex<number>()
  for (let i = 0; i < 100; i++) index.add([`.common.example`, `word${i}`], i)
  const seen = found(index, 'nobody.common.example')
  // The first few, as nothing was known then.
  expect(seen.length).toBeLessThan(20)
  for (const i of [0, 50, 99]) expect(found(index, `word${i}.common.example`)).toContain(i)
})
