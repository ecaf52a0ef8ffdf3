import { describe, expect, it } from 'vitest'
import { compilePattern, MAX_PATTERN_SOURCE_CHARACTERS } from './pattern.ts'

const reasonOf = (source: string): string => {
  const compiled = compilePattern(source)
  return compiled.ok ? 'taken' : compiled.error
}

describe('compilePattern', () => {
  it.each([
    ['(?=a)b', 'lookaround and back-references are not supported'],
    ['(?!a)b', 'lookaround and back-references are not supported'],
    ['(?<=a)b', 'lookaround and back-references are not supported'],
    ['(a)\\1', 'lookaround and back-references are not supported'],
    ['(?>a)', 'not a valid regular expression'],
    ['a++', 'not a valid regular expression'],
    ['(', 'not a valid regular expression'],
    ['[z-a]', 'not a valid regular expression'],
    ['*', 'not a valid regular expression'],
    ['', 'is empty'],
    ['a\u0000b', 'control character'],
    ['a{1001}', 'not a valid regular expression'],
    ['(a{1000}){1000}', 'not a valid regular expression'],
    ['((a{100}){100}){100}', 'not a valid regular expression'],
    ['(a{30}){30}', 'taken'],
    ['(.{0,100}){0,10}', 'too large when compiled'],
    ['((\\pL){900})', 'too large when compiled'],
    ['[a-z]{800}[a-z]{800}[a-z]{800}', 'repeats 2400 times'],
    ['('.repeat(1000), 'not a valid regular expression'],
    [`${'('.repeat(500)}a${')'.repeat(500)}`, 'taken'],
    ['a'.repeat(MAX_PATTERN_SOURCE_CHARACTERS), 'taken'],
    ['a'.repeat(MAX_PATTERN_SOURCE_CHARACTERS + 1), 'longer than'],
    ['(a|'.repeat(20_000), 'longer than'],
    ['\\pL{900}'.repeat(20), 'repeats 18000 times'],
    ['a{3,}b{2,5}c{4}', 'taken'],
  ])('of %.30s: %s', (source, reason) => {
    expect(reasonOf(source)).toContain(reason)
  })

  it('quotes a part of what is wrong, not all of it', () => {
    expect(reasonOf('('.repeat(1000)).length).toBeLessThan(200)
  })

  it('runs in linear time on what makes others run for ages', () => {
    const compiled = compilePattern('(a+)+(a+)+(a+)+$')
    expect(compiled.ok && compiled.value.test(`${'a'.repeat(250)}b`)).toBe(false)
  })
})
