import { expect, it } from 'vitest'
import { growingMemory, grownTo, MAX_GROWING_OCTETS } from './growing-memory.ts'

it('grows in place within what it has reserved, and keeps its content', () => {
  const memory = grownTo(growingMemory(4 * 1024 * 1024), 10)
  new Uint8Array(memory).set([1, 2, 3])
  expect(grownTo(memory, 3 * 1024 * 1024)).toBe(memory)
  expect([...new Uint8Array(memory, 0, 4)]).toEqual([1, 2, 3, 0])
  expect(grownTo(memory, 5)).toBe(memory)
  expect(memory.byteLength).toBe(3 * 1024 * 1024)
})

it('moves to a larger reservation, content and all', () => {
  const memory = grownTo(growingMemory(1024 * 1024), 1024 * 1024)
  new Uint8Array(memory).fill(7)
  const larger = grownTo(memory, 1024 * 1024 + 1)
  expect(larger).not.toBe(memory)
  const octets = new Uint8Array(larger)
  expect([octets[0], octets[1024 * 1024 - 1], octets[1024 * 1024]]).toEqual([7, 7, 0])
  expect(larger.maxByteLength).toBe(4 * 1024 * 1024)
})

it('refuses more than 32 bits can point into', () => {
  expect(() => grownTo(growingMemory(16), MAX_GROWING_OCTETS + 1)).toThrow(RangeError)
})
