import { randomBytes } from 'node:crypto'
import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { propertyRuns } from '@weir/shared/property-runs'
import { compilePattern } from '@weir/shared/rules/pattern'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompiledRule, compileRule } from './compiled-rule.ts'
import { HASH_KEY_OCTETS, NameHasher, type NameOctets, NameScratch } from './name-hash.ts'
import { requiredLiterals } from './pattern-literals.ts'
import { MAX_ATTEMPTS, MAX_PATTERNS, MAX_UNFILTERED_PATTERNS, PatternRules } from './pattern-rules.ts'
import { asking, rule } from './policy.fixture.ts'

const compiled = (id: number, pattern: string): CompiledRule => {
  const result = compileRule(rule(id, 'block', 'regex', pattern))
  if (!result.ok) throw new Error(`${pattern}: ${result.error}`)
  return result.value
}

describe('requiredLiterals', () => {
  it.each<[source: string, literals: string[][] | null]>([
    ['^ads[0-9]+\\.track', [['ads', '.track']]],
    ['foo|BarBaz', [['foo'], ['barbaz']]],
    ['foo[ab]+bar.baz|qux', [['foo', 'bar', 'baz'], ['qux']]],
    ['foo|[ab]', null],
    ['abcd?', [['abc']]],
    ['abc*d', null],
    ['abc+def', [['abc', 'def']]],
    ['abc{0,2}defg', [['defg']]],
    ['(^|\\.)doubleclick\\.net$', [['doubleclick.net']]],
    ['(abc|def)ghi', [['ghi']]],
    ['(a[)]b\\)c)xyz', [['xyz']]],
    ['[]abc]xyz', [['xyz']]],
    ['[^]abc]xyz', [['xyz']]],
    ['[[:alpha:]]xyz', [['xyz']]],
    ['\\x41bcdef', null],
    ['\\Qa.b*c\\E', null],
    ['\\pLabc', null],
    ['ab.cd', null],
    ['', null],
  ])('of %s', (source, literals) => {
    expect(requiredLiterals(source)).toEqual(literals)
  })
})

const matches = (source: string, name: string): boolean => {
  const pattern = compilePattern(source)
  return pattern.ok && pattern.value.test(name)
}

const hasher = new NameHasher(randomBytes(HASH_KEY_OCTETS))

function search(patterns: PatternRules, name: NameOctets, found: CompiledRule[] = []): CompiledRule[] {
  const question = asking(name)
  hasher.hashSuffixes(name, question.hashes)
  patterns.match(question, question.hashes, found)
  return found
}

describe('PatternRules', () => {
  const piece = fc.constantFrom(
    'ads',
    'track',
    'cdn',
    'a',
    '\\.',
    '.',
    '[0-9]',
    '\\d',
    '(x|y)',
    '^',
    '$',
    '|',
    'ad?',
    'b+',
    'k{0,2}',
    '-',
  )
  const source = fc
    .array(piece, { minLength: 1, maxLength: 6 })
    .map((pieces) => pieces.join(''))
    .filter((text) => compileRule(rule(1, 'block', 'regex', text)).ok)
  const part = fc.constantFrom('ads', 'track', 'cdn', 'a', 'b', 'x', 'y', '1', '-', 'kk')
  const name = fc
    .array(
      fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 4 },
    )
    .map((labels) => labels.join('.'))

  it('finds what trying every pattern would find, also after some are removed', () => {
    fc.assert(
      fc.property(fc.array(source, { maxLength: 12 }), fc.array(name, { maxLength: 8 }), (sources, names) => {
        const patterns = new PatternRules()
        const rules = sources.map((text, i) => compiled(i + 1, text))
        for (const one of rules) patterns.add(one)
        const left = rules.filter((_, i) => i % 3 !== 0)
        for (const one of rules) if (!left.includes(one)) patterns.remove(one)
        const scratch = new NameScratch()
        const found: CompiledRule[] = []
        for (const asked of [...names, ...names]) {
          scratch.read(toWire(asked))
          search(patterns, scratch, found)
          expect(new Set(found)).toEqual(new Set(left.filter(({ row }) => matches(row.pattern, asked))))
        }
        expect(patterns.size).toBe(left.length)
      }),
      propertyRuns(300),
    )
  })

  it('sees odd octets as canonical names write them', () => {
    const patterns = new PatternRules()
    for (const [i, text] of ['a\\\\032b', 'a\\\\\\.b', '\\\\255'].entries()) patterns.add(compiled(i + 1, text))
    const found: CompiledRule[] = []
    const scratch = new NameScratch()
    const idsFor = (wire: Uint8Array): number[] => {
      scratch.read(wire)
      search(patterns, scratch, found)
      return found.map(({ row }) => row.id)
    }
    expect(idsFor(Uint8Array.of(3, 0x61, 0x20, 0x62, 0))).toEqual([1])
    expect(idsFor(Uint8Array.of(3, 0x61, 0x2e, 0x62, 0))).toEqual([2])
    expect(idsFor(Uint8Array.of(1, 0xff, 0))).toEqual([3])
  })

  it('finds each of more patterns than it keeps compiled, again and again', () => {
    const patterns = new PatternRules()
    const count = 1200
    for (let id = 1; id <= count; id++) patterns.add(compiled(id, `^track-${id}-[a-z]+\\.`))
    const found: CompiledRule[] = []
    const scratch = new NameScratch()
    for (let round = 0; round < 2; round++)
      for (let id = 1; id <= count; id++) {
        scratch.read(toWire(`track-${id}-x.example.org`))
        search(patterns, scratch, found)
        expect(found.map(({ row }) => row.id)).toEqual([id])
      }
  })

  it('goes by the rules of the moment for a name that none of those before matched', () => {
    const patterns = new PatternRules()
    const scratch = new NameScratch()
    scratch.read(toWire('ads.example.org'))
    const [track, ads] = [compiled(1, '^track'), compiled(2, '^ads\\.')]
    patterns.add(track)
    expect(search(patterns, scratch)).toEqual([])
    patterns.add(ads)
    expect(search(patterns, scratch)).toEqual([ads])
    patterns.remove(ads)
    expect(search(patterns, scratch)).toEqual([])
    patterns.add(ads)
    expect(search(patterns, scratch)).toEqual([ads])
  })

  it('finds for one client what does not hold for the one that asked before', () => {
    const patterns = new PatternRules()
    const result = compileRule({ ...rule(1, 'block', 'regex', '^[a-z]{3}\\.'), queryTypes: ['AAAA'] })
    if (!result.ok) throw new Error(result.error)
    patterns.add(result.value)
    const scratch = new NameScratch()
    scratch.read(toWire('ads.example.org'))
    const found: CompiledRule[] = []
    expect(search(patterns, scratch)).toEqual([])
    const question = asking(scratch)
    question.qtype = RrType.AAAA
    hasher.hashSuffixes(scratch, question.hashes)
    patterns.match(question, question.hashes, found)
    expect(found).toEqual([result.value])
  })

  it('leaves out what would run on every name beyond a bound, and takes it once there is room', () => {
    const patterns = new PatternRules()
    const all = Array.from({ length: MAX_UNFILTERED_PATTERNS + 1 }, (_, i) =>
      compiled(i + 1, `^[a-z]{${(i % 60) + 1}}$`),
    )
    const taken = all.map((one) => patterns.add(one))
    expect(taken.filter(Boolean)).toHaveLength(MAX_UNFILTERED_PATTERNS)
    expect(patterns.add(compiled(9999, 'with-a-literal'))).toBe(true)
    patterns.remove(all[0]!)
    expect(patterns.add(all.at(-1)!)).toBe(true)
  })

  it('tries a name against so many patterns and no more, and counts the names for which there were more', () => {
    const patterns = new PatternRules()
    for (let id = 1; id <= MAX_ATTEMPTS + 1; id++) patterns.add(compiled(id, `^www\\.example[a-z]{${(id % 60) + 1},}`))
    const found: CompiledRule[] = []
    const scratch = new NameScratch()
    for (const [name, count] of [
      ['www.other.org', 0],
      ['www.examplezzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', 1],
      ['other.org', 1],
    ] as const) {
      scratch.read(toWire(name))
      search(patterns, scratch, found)
      expect(patterns.cutSearches).toBe(count)
    }
  })

  it('takes so many patterns of a list and no more, and compiles none of them before a name holds its text', () => {
    const patterns = new PatternRules()
    const ofList = (i: number): CompiledRule => {
      const result = compileRule(rule(0, 'block', 'regex', `^track${i}x[0-9]+\\.`), 1)
      if (!result.ok) throw new Error(result.error)
      return result.value
    }
    const first = ofList(0)
    expect(first.pattern).toBeNull()
    expect(patterns.add(first)).toBe(true)
    for (let i = 1; i < MAX_PATTERNS; i++) patterns.add(ofList(i))
    expect(patterns.add(ofList(MAX_PATTERNS))).toBe(false)
    const scratch = new NameScratch()
    scratch.read(toWire(`track${MAX_PATTERNS - 1}x7.example.org`))
    const found: CompiledRule[] = []
    search(patterns, scratch, found)
    expect(found).toHaveLength(1)
  })

  it('takes the longest name of octets that are all escaped', () => {
    const patterns = new PatternRules()
    patterns.add(compiled(1, '000$'))
    const wire = Uint8Array.from([...[63, 63, 63, 61].flatMap((length) => [length, ...new Uint8Array(length)]), 0])
    const scratch = new NameScratch()
    expect(scratch.read(wire)).toBe(true)
    const found: CompiledRule[] = []
    search(patterns, scratch, found)
    expect(found).toHaveLength(1)
  })
})
