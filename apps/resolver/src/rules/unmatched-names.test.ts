import { describe, expect, it } from 'vitest'
import { UnmatchedNames } from './unmatched-names.ts'

describe('UnmatchedNames', () => {
  it('knows the names it was told of, and no others', () => {
    const names = new UnmatchedNames()
    expect(names.has(7, -9)).toBe(false)
    names.note(7, -9)
    expect(names.has(7, -9)).toBe(true)
    expect(names.has(7, 9)).toBe(false)
    expect(names.has(8, -9)).toBe(false)
  })

  it('knows none once an expression came, and takes names again', () => {
    const names = new UnmatchedNames()
    names.note(7, -9)
    names.clear()
    expect(names.has(7, -9)).toBe(false)
    names.note(7, -9)
    expect(names.has(7, -9)).toBe(true)
  })

  it('keeps of one place the two names that were asked for last', () => {
    const names = new UnmatchedNames()
    for (const second of [1, 2]) names.note(7, second)
    expect(names.has(7, 1)).toBe(true)
    names.note(7, 3)
    expect([1, 2, 3].map((second) => names.has(7, second))).toEqual([true, false, true])
  })

  it('does not take a free place for the root, whose hash is nothing', () => {
    const names = new UnmatchedNames()
    names.note(65_536, 1)
    expect(names.has(0, 0)).toBe(false)
    names.note(0, 0)
    expect(names.has(0, 0)).toBe(false)
  })
})
