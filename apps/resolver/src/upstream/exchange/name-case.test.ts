import { toWire } from '@weir/shared/dns/domain-name'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isNameInCase, writeNameInCase } from './name-case.ts'

const written = (name: Uint8Array, bits: number): Uint8Array => {
  const out = new Uint8Array(name.length)
  writeNameInCase(name, bits, out, 0)
  return out
}
const text = (name: Uint8Array): string => Buffer.from(name).toString('latin1')
const anyName = fc.stringMatching(/^[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,5}$/).map((name) => toWire(name))

it('takes one bit for each letter, the lowest first, and none for digits and lengths', () => {
  expect(text(written(toWire('a1b.cd'), 0b1101))).toBe('\x03A1b\x02CD\0')
})

it('leaves the name alone without bits', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      expect(written(name, 0)).toEqual(name)
    }),
  )
})

it('knows the case it wrote, and takes no other for it', () => {
  fc.assert(
    fc.property(anyName, fc.integer(), fc.nat(), (name, bits, at) => {
      const message = written(name, bits)
      expect(isNameInCase(message, 0, name, bits)).toBe(true)
      expect(text(message).toLowerCase()).toBe(text(name))
      const changed = at % name.length
      message[changed]! ^= 0x20
      expect(isNameInCase(message, 0, name, bits)).toBe(false)
    }),
  )
})

it('finds no name where the message ends', () => {
  const name = toWire('example.org')
  expect(isNameInCase(name.subarray(0, 5), 0, name, 0)).toBe(false)
})
