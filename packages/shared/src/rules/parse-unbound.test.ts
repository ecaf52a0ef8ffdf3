/** Lines of Unbound's configuration that depend on others of the same document. */
import { describe, expect, it } from 'vitest'
import { checkRule } from './check-rule.ts'
import { formatRule } from './format-rule.ts'
import { LineContext } from './line-outcome.ts'
import { contextOf, parseRuleLine } from './parse-line.ts'

/** The rules of a document in our own notation, one line each. */
function read(...lines: readonly string[]): string[] {
  return readWith(new LineContext(), lines)
}

function readWith(context: LineContext, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const outcome = parseRuleLine(line, 'own', context)
    if (outcome.kind !== 'rules') return [outcome.kind]
    return outcome.rules.map((rule) => {
      const checked = checkRule(rule)
      return checked.ok ? formatRule(checked.value) : 'unchecked'
    })
  })
}

const DATA = [
  'local-data: "a.b.c.lab.example.org A 192.0.2.8"',
  'local-data: "d.c.lab.example.org A 192.0.2.9"',
  'local-data: "d.c.lab.example.org A 192.0.2.10"',
  'local-data: "lab.example.org MX 10 mail.example.org"',
  'local-data: "e.example.org A 192.0.2.9"',
]

describe('the order of zone and data', () => {
  it.each(['static', 'refuse', 'redirect', 'typetransparent', 'transparent'])('says nothing in a %s zone', (type) => {
    const zone = `local-zone: "lab.example.org." ${type}`
    const inOrder = (lines: readonly string[]): string[] => [...readWith(contextOf(lines), lines)].sort()
    const expected = inOrder([zone, ...DATA])
    expect(inOrder([...DATA, zone])).toEqual(expected)
    expect(inOrder([...DATA.slice(0, 2), zone, ...DATA.slice(2)])).toEqual(expected)
    expect(expected).toHaveLength(DATA.length + (type === 'static' || type === 'refuse' ? 4 : 1))
  })

  it.each(['static', 'refuse'])('says nothing in a %s zone of a list, which is read line by line', (type) => {
    const zone = `local-zone: "lab.example.org." ${type}`
    expect(read(...DATA, zone).sort()).toEqual(read(zone, ...DATA).sort())
  })

  it('says nothing to a redirect zone of a list whose data lies apart', () => {
    const zone = 'local-zone: "lab.example.org." redirect'
    const [a, , , mx, e] = DATA as [string, string, string, string, string]
    expect(read(mx, a, e, zone)).toContain('||lab.example.org^$local=NOERROR;MX;10 mail.example.org.')
  })
})

describe('a static zone', () => {
  it('has the names between itself and its data, without data of their own', () => {
    expect(
      read(
        'local-zone: "lab.example.org." static',
        'local-data: "a.b.c.lab.example.org A 192.0.2.8"',
        'local-data: "d.c.lab.example.org A 192.0.2.9"',
        'local-data: "e.example.org A 192.0.2.9"',
      ),
    ).toEqual([
      '||lab.example.org^$local=NXDOMAIN',
      '192.0.2.8 a.b.c.lab.example.org',
      '|b.c.lab.example.org^$local=NOERROR',
      '|c.lab.example.org^$local=NOERROR',
      '|lab.example.org^$local=NOERROR',
      '192.0.2.9 d.c.lab.example.org',
      '192.0.2.9 e.example.org',
    ])
  })
})

describe('a redirect zone', () => {
  it('gives its data to every name below, and NODATA for what it does not say', () => {
    expect(
      read(
        'local-zone: "Lab.Example.org." redirect',
        'local-data: "lab.example.org. 60 IN A 192.0.2.8"',
        'local-data: "lab.example.org. AAAA 2001:db8::8"',
        'local-data: "other.example.org. A 192.0.2.9"',
      ),
    ).toEqual([
      '||lab.example.org^$local=NOERROR',
      '||lab.example.org^$local=192.0.2.8,ttl=60',
      '||lab.example.org^$local=2001:db8::8',
      '192.0.2.9 other.example.org',
    ])
  })

  it('takes data that stands right before it', () => {
    expect(read('local-data: "lab.example.org A 192.0.2.8"', "local-zone: 'lab.example.org' redirect")).toEqual([
      '192.0.2.8 lab.example.org',
      '||lab.example.org^$local=NOERROR',
      '||lab.example.org^$local=192.0.2.8',
    ])
  })

  it('leads all its names to one, or blocks them', () => {
    expect(
      read(
        'local-zone: a.example.org inform_redirect',
        'local-data: "a.example.org CNAME walled.example.org."',
        'local-zone: b.example.org redirect',
        'local-data: "b.example.org A 0.0.0.0"',
      ),
    ).toEqual([
      '||a.example.org^$local=NOERROR',
      '||a.example.org^$local=walled.example.org',
      '||b.example.org^$local=NOERROR',
      '||b.example.org^$yields',
    ])
  })
})

describe('a zone that ignores its data', () => {
  it.each(['always_nxdomain', 'always_nodata', 'always_refuse', 'always_deny', 'always_transparent'])(
    'as one of type %s, before and behind it, but for zones within',
    (type) => {
      const lines = [
        'local-data: "a.example.org A 192.0.2.8"',
        `local-zone: "example.org" ${type}`,
        'local-data: "b.example.org TXT x"',
        'local-zone: "c.example.org" static',
        'local-data: "d.c.example.org A 192.0.2.9"',
        'local-data: "a.example.net A 192.0.2.9"',
      ]
      const context = contextOf(lines)
      const outcomes = lines.map((line) => parseRuleLine(line, 'own', context))
      expect(outcomes.map(({ kind }) => kind)).toEqual(['rejected', 'rules', 'rejected', 'rules', 'rules', 'rules'])
      expect(outcomes[0]).toMatchObject({
        reason: `Unbound ignores local-data in 'example.org', a zone of type ${type}`,
      })
    },
  )

  it('is none of type always_null, whose data answers', () => {
    expect(read('local-zone: "example.org" always_null', 'local-data: "www.example.org A 192.0.2.1"')).toEqual([
      '||example.org^$answer=null,yields',
      '192.0.2.1 www.example.org',
    ])
  })

  it('has a way back of its own no more', () => {
    const zone = 'local-zone: "2.0.192.in-addr.arpa" always_nxdomain'
    expect(read(zone, 'local-data-ptr: "192.0.2.9 nas.example.org"')[1]).toBe('rejected')
  })
})

describe('a transparent zone', () => {
  it.each(['always_null', 'deny', 'static', 'redirect', 'block_a'])(
    'takes its names out of a %s zone around it',
    (type) => {
      const lines = ['local-zone: "a.example.org" transparent', `local-zone: "example.org" ${type}`]
      expect(readWith(contextOf(lines), lines)[0]).toBe('@@||a.example.org^$yields')
    },
  )

  it('does nothing by itself, nor within another one', () => {
    expect(read('local-zone: "example.org" transparent', 'local-zone: "a.example.org" inform')).toEqual([
      'ignored',
      'ignored',
    ])
  })
})

describe('a typetransparent zone', () => {
  it('answers the types of its data and lets others through', () => {
    expect(
      read(
        'local-zone: "example.org" typetransparent',
        'local-data: "nas.example.org A 192.0.2.9"',
        'local-data: "nas.example.net A 192.0.2.9"',
      ),
    ).toEqual(['ignored', '|nas.example.org^$local=192.0.2.9,dnstype=A', '192.0.2.9 nas.example.net'])
  })
})
