import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../contract/rules.ts'
import { checkRule } from './check-rule.ts'
import { parseMxAnswer } from './mx-answer.ts'
import { compilePattern } from './pattern.ts'

describe('checkRule', () => {
  it('fills in what is missing and normalises the rest', () => {
    expect(
      checkRule({
        action: 'block',
        match: 'suffix',
        pattern: ' MÜNCHEN.example. ',
        queryTypes: ['https', 'a', 'TYPE28', 'A'],
        groups: [3, 1, 3],
        comment: ' why ',
        answer: { kind: 'addresses', ipv6: ['2001:DB8:0::1', '2001:db8::1'], mx: '10  Mail.example' },
      }),
    ).toEqual({
      ok: true,
      value: {
        action: 'block',
        match: 'suffix',
        pattern: 'xn--mnchen-3ya.example',
        enabled: true,
        important: false,
        queryTypes: ['A', 'AAAA', 'HTTPS'],
        ttlSeconds: null,
        groups: [1, 3],
        expiresAt: null,
        comment: 'why',
        answer: { kind: 'addresses', ipv6: ['2001:db8::1'], mx: '10 mail.example.' },
      },
    })
  })

  it('leaves out an answer that says nothing', () => {
    const result = checkRule({ action: 'block', match: 'exact', pattern: 'a.example', answer: { ipv4: [] } })
    expect(result.ok && 'answer' in result.value).toBe(false)
  })

  it('reads *.x as x where the match kind says the same', () => {
    expect(checkRule({ action: 'block', match: 'subdomains', pattern: '*.example.org' })).toMatchObject({
      value: { pattern: 'example.org' },
    })
  })

  it.each<[string, RuleInput, string, string]>([
    ['a bad name', { action: 'block', match: 'exact', pattern: 'a..example' }, 'pattern', 'empty label'],
    [
      '*.x as a suffix',
      { action: 'block', match: 'suffix', pattern: '*.example.org' },
      'pattern',
      "match 'subdomains'",
    ],
    ['an address as a name', { action: 'block', match: 'exact', pattern: '192.0.2.1' }, 'pattern', 'IP address'],
    ['lookahead', { action: 'block', match: 'regex', pattern: '(?=a)' }, 'pattern', 'lookaround'],
    ['a back-reference', { action: 'allow', match: 'regex', pattern: '(a)\\1' }, 'pattern', 'back-references'],
    [
      'an unknown type',
      { action: 'block', match: 'exact', pattern: 'a.example', queryTypes: ['B'] },
      'queryTypes',
      "'B'",
    ],
    [
      'addresses without any',
      { action: 'block', match: 'exact', pattern: 'a.example', answer: { kind: 'addresses' } },
      'answer.ipv4',
      'at least one',
    ],
    [
      'a bad mx',
      { action: 'block', match: 'exact', pattern: 'a.example', answer: { mx: 'mail.example' } },
      'answer.mx',
      'preference',
    ],
    [
      'a bad server',
      { action: 'forward', match: 'suffix', pattern: 'lan', servers: ['dns.example'] },
      'servers',
      "'dns.example' is not an IP address",
    ],
    ['no server', { action: 'forward', match: 'suffix', pattern: 'lan', servers: [] }, 'servers', 'at least one'],
    ['a rewrite to nothing', { action: 'rewrite', match: 'exact', pattern: 'a.example' }, 'ipv4', 'at least one'],
    [
      'a rewrite to the wrong family',
      { action: 'rewrite', match: 'exact', pattern: 'a.example', ipv6: ['192.0.2.1'] },
      'ipv6',
      'IPv6',
    ],
    [
      'an alias to itself',
      { action: 'alias', match: 'exact', pattern: 'A.example', target: 'a.example.' },
      'target',
      'itself',
    ],
    [
      'a suffix alias to below itself',
      { action: 'alias', match: 'suffix', pattern: 'a.example', target: 'b.a.example' },
      'target',
      'below',
    ],
    [
      'an alias to no name',
      { action: 'alias', match: 'exact', pattern: 'a.example', target: 'b c' },
      'target',
      'U+0020',
    ],
    [
      'a pattern that is no address',
      { action: 'rewrite', match: 'address', pattern: 'a.example', target: '192.0.2.1' },
      'pattern',
      'prefix',
    ],
    [
      'families mixed',
      { action: 'rewrite', match: 'address', pattern: '192.0.2.1', target: '2001:db8::1' },
      'target',
      'family',
    ],
    [
      'lengths mixed',
      { action: 'rewrite', match: 'address', pattern: '192.0.2.0/24', target: '192.0.2.0/25' },
      'target',
      '/24',
    ],
  ])('refuses %s and names the field', (_, input, field, message) => {
    const result = checkRule(input)
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.error[0]!.field).toBe(field)
    expect(result.error[0]!.message).toContain(message)
  })

  it('tells all faults at once', () => {
    const result = checkRule({ action: 'alias', match: 'exact', pattern: 'a b', target: '', queryTypes: ['B'] })
    expect(!result.ok && result.error.map((fault) => fault.field)).toEqual(['pattern', 'queryTypes', 'target'])
  })

  it.each<[string, string, string]>([
    ['192.0.2.7/24', '198.51.100.9', '198.51.100.9'],
    ['192.0.2.0/24', '198.51.100.9/24', '198.51.100.0/24'],
    ['2001:db8::/64', '2001:db8:1::/64', '2001:db8:1::/64'],
  ])('takes one address or a prefix of the same length: %s to %s', (pattern, target, canonical) => {
    expect(checkRule({ action: 'rewrite', match: 'address', pattern, target })).toMatchObject({
      value: { target: canonical },
    })
  })

  it('lets an exact alias point below itself', () => {
    expect(checkRule({ action: 'alias', match: 'exact', pattern: 'a.example', target: 'www.a.example' }).ok).toBe(true)
  })
})

describe('compilePattern', () => {
  const test = (source: string, name: string): boolean => {
    const compiled = compilePattern(source)
    if (!compiled.ok) throw new Error(compiled.error)
    return compiled.value.test(name)
  }
  it.each([
    ['google', 'www.google.example', true],
    ['^ADS?[0-9]+\\.', 'ads12.example', true],
    ['^apple\\.(de|com)$', 'www.apple.com', false],
    ['\\/', 'a.example', false],
  ])('/%s/ on %s: %s', (source, name, expected) => {
    expect(test(source, name)).toBe(expected)
  })

  it.each(['', '(', '*', '[', 'a{1000}{1000}', '(?<=a)b', 'a\nb', 'x'.repeat(1025), '(?:a{0,1000}){0,3}'])(
    'refuses %j',
    (source) => {
      expect(compilePattern(source).ok).toBe(false)
    },
  )

  it('takes linear time where a backtracking engine would take for ever', () => {
    expect(test('^(a+)+$', `${'a'.repeat(250)}.`)).toBe(false)
  })
})

describe('parseMxAnswer', () => {
  it.each(['0 .', '10 mail.example.org.', '65535 a'])('takes %s', (text) => expect(parseMxAnswer(text).ok).toBe(true))
  it.each(['', '10', '65536 a', '-1 a', '10 a b', 'a 10'])('refuses %j', (text) =>
    expect(parseMxAnswer(text).ok).toBe(false),
  )
})
