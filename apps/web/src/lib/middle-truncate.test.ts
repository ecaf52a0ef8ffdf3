import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { middleTruncate, splitForTruncation } from './middle-truncate.ts'

describe('middle truncation', () => {
  it('leaves a name that fits', () => expect(middleTruncate('www.example.org', 20)).toBe('www.example.org'))

  it('keeps the end, which tells whose the name is', () => {
    expect(middleTruncate('a-very-long-label.with.more.example.org', 20)).toMatch(/^a-very-…\S*example\.org$/)
  })

  it('never passes the limit and keeps both ends', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300 }), fc.integer({ min: 3, max: 80 }), (name, limit) => {
        const cut = middleTruncate(name, limit)
        expect(cut.length).toBeLessThanOrEqual(Math.max(limit, Math.min(name.length, limit)))
        expect(name.endsWith(cut.split('…').at(-1)!)).toBe(true)
      }),
    )
  })

  it('splits without losing a character', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.-]{1,120}$/), (name) => {
        const { head, tail } = splitForTruncation(name)
        expect(head + tail).toBe(name)
      }),
    )
  })

  it('keeps the last two labels whole', () => {
    expect(splitForTruncation('a.b.c.example.org')).toEqual({ head: 'a.b.c', tail: '.example.org' })
  })
})
