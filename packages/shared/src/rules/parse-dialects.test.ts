import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../property-runs.ts'
import { DIALECTS, type Dialect, LineContext } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'
import { readLine } from './read-line.fixture.ts'

/** Any code point, surrogates too, ASCII often. fast-check's own `binary` unit takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code))

describe('dialects', () => {
  it.each(['bogus-priv', '--filter-AAAA', 'no-resolv # comment'])(
    'takes dnsmasq’s %s for an option, not a name',
    (line) => {
      expect(parseRuleLine(line, 'dnsmasq')).toMatchObject({
        kind: 'rejected',
        reason: expect.stringContaining('option'),
      })
    },
  )

  it.each<[Dialect, string, string]>([
    ['own', '192.0.2.1 a.example', '192.0.2.1 a.example'],
    ['own', 'address = /a.example/192.0.2.1', '||a.example^$local=192.0.2.1'],
    ['own', 'bogus-priv', 'rejected'],
    ['own', 'my-nas', 'my-nas'],
    ['hosts', '192.0.2.1 a.example', 'a.example'],
    ['adblock', '192.0.2.1 a.example', 'a.example'],
    ['names', '*.a.example', '*.a.example^'],
    ['adblock', '*.a.example', '*.a.example^'],
    ['wildcard', '*.a.example', '||a.example^'],
    ['wildcard', 'a.example', 'a.example'],
    ['wildcard', '||*.a.example^', '*.a.example^'],
    ['unbound', 'local-data: "a.example A 192.0.2.1"', 'a.example'],
    ['rpz', 'a.example A 192.0.2.1', 'a.example'],
    ['rpz', '        2026010101 ; serial', 'ignored'],
    ['rpz', '        NS ns.example.', 'ignored'],
    ['rpz', 'a.example CNAME .', 'a.example'],
    ['rpz', '32.1.2.0.192.rpz-ip CNAME .', '||192.0.2.1^'],
    ['unbound', 'local-zone: "a.example" redirect', '||a.example^'],
    ['unbound', 'local-zone: "a.example" always_nodata', '||a.example^'],
    ['hosts', '192.0.2.1', '||192.0.2.1^'],
    ['hosts', '127.0.0.1', 'rejected'],
    ['dnsmasq', 'server=/a.example/#', '@@||a.example^$yields'],
  ])('%s: %j is %s', (dialect, line, expected) => {
    expect(readLine(line, dialect)).toBe(expected)
  })

  it('reads zone files with what lines before say', () => {
    const context = new LineContext()
    const lines = [
      '$ORIGIN rpz.example.',
      '@ SOA ns. root. 1 2 3 4 5',
      'a.example 60 A 192.0.2.1',
      '          AAAA 2001:db8::1',
      '*.b.example.rpz.example. CNAME rpz-passthru.',
      '$ORIGIN org.rpz.example.',
      'c.example CNAME rpz-drop.',
      '@ CNAME .',
      'd.example CNAME d.example.org.',
      'rpz.example. CNAME .',
      '*.rpz.example. CNAME rpz-passthru.',
    ]
    const found = lines.map((line) => {
      const outcome = parseRuleLine(line, 'own', context)
      return outcome.kind === 'rules' ? outcome.rules.map((rule) => `${rule.action} ${rule.match} ${rule.pattern}`) : []
    })
    expect(found.flat()).toEqual([
      'rewrite exact a.example',
      'rewrite exact a.example',
      'allow subdomains b.example',
      'block exact c.example.org',
      'block exact org',
      'allow exact d.example.org',
      'allow suffix .',
    ])
  })

  it('never throws, whatever the line holds, and every rule passes the check', () => {
    const pieces = fc.constantFrom(
      '||',
      '@@',
      '^',
      '$',
      '*.',
      '/',
      'example.org',
      ' ',
      '#',
      '0.0.0.0',
      '=',
      ',',
      'cname=',
      'alias=',
      'server=/',
      '[/',
      '/]',
      'dnsrewrite=',
      'NOERROR;TXT;',
      'client=',
      "'",
      '~',
      ';invert',
      'rpz-ip',
      'local-data: "',
      '*',
      'CNAME .',
      'local-zone: "',
      '"',
      'ü',
      '\u0000',
      '\\',
      '|',
      'important',
      ':',
      '::1',
    )
    const line = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(line, fc.constantFrom(...DIALECTS), (text, dialect) => {
        expect(readLine(text, dialect)).not.toContain('unchecked')
      }),
      propertyRuns(600),
    )
  })
})
