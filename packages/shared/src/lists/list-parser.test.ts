import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListFormat } from '../contract/lists.ts'
import { propertyRuns } from '../property-runs.ts'
import { detectFormat, HEAD_OCTETS } from './detect-format.ts'
import { LineSplitter, MAX_LINE_OCTETS } from './line-splitter.ts'
import { ListParser, type ListSink } from './list-parser.ts'
import { isAllowClass, isImportantClass, matchOfClass } from './name-class.ts'

/** Any code point, surrogates too, ASCII often. fast-check's own `binary` unit takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code))

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Read {
  names: string[]
  rules: string[]
  rejected: string[]
  ignored: number
  result: ReturnType<ListParser['finish']>
}

/** Everything that a list comes to, names with their class in words. */
function read(
  content: string | Uint8Array,
  format: ListFormat = 'auto',
  kind: 'block' | 'allow' = 'block',
  pieces = 1e9,
  mayAnswer = false,
): Read {
  const out: Omit<Read, 'result'> = { names: [], rules: [], rejected: [], ignored: 0 }
  const sink: ListSink = {
    name(value, octets, offset, length) {
      const action = `${isImportantClass(value) ? 'important ' : ''}${isAllowClass(value) ? 'allow' : 'block'}`
      out.names.push(
        `${action} ${matchOfClass(value)} ${String.fromCharCode(...octets.subarray(offset, offset + length))}`,
      )
    },
    rule: (line, text, rule) => out.rules.push(`${line} ${rule.action} ${text}`),
    rejected: (line, text, reason) => out.rejected.push(`${line} ${text}: ${reason}`),
    ignored: () => out.ignored++,
  }
  const parser = new ListParser(kind, format, sink, mayAnswer)
  const octets = typeof content === 'string' ? encode(content) : content
  for (let at = 0; at < octets.length; at += pieces) parser.push(octets.subarray(at, at + pieces))
  const result = parser.finish()
  return { ...out, result }
}

const mixed = `\ufeff! Title\r
# comment\r\n[Adblock Plus 2.0]\r
0.0.0.0 hosts.example   # why\r
127.0.0.1\tTab.Example.\n127.0.0.1 localhost
plain.example
*.star.example\r||suffix.example^\r||caretless.example
@@||allowed.example^
||important.example^$important
||typed.example^$dnstype=A
/^ads?\\./
example.org##.ad
||url.example/path
||later.example^$client=x
bücher.example
a..example
address=/masq.example/
local=/masq.example/
server=/forward.example/192.0.2.1
local-zone: "zone.example." always_null
rpz.example CNAME .
*.rpz.example CNAME .
192.0.2.9 real.example
last.example`

describe('ListParser', () => {
  const expected = {
    names: [
      'block exact hosts.example',
      'block exact tab.example',
      'block exact plain.example',
      'block subdomains star.example',
      'block suffix suffix.example',
      'block suffix caretless.example',
      'allow suffix allowed.example',
      'important block suffix important.example',
      'block exact xn--bcher-kva.example',
      'block suffix masq.example',
      'block suffix masq.example',
      'block suffix zone.example',
      'block exact rpz.example',
      'block subdomains rpz.example',
      'block exact real.example',
      'block exact last.example',
    ],
    rules: ['13 block ||typed.example^$dnstype=A', '14 block /^ads?\\./', '17 block ||later.example^$client=x'],
    rejected: [
      '19 a..example: the name has an empty label',
      '22 server=/forward.example/192.0.2.1: a list may not choose servers',
    ],
    ignored: 3,
    result: { ok: true, value: { format: 'hosts', lines: 27 } },
  }

  it.each([1e9, 1, 2, 3, 7, 64])('reads all forms, in pieces of %d octets', (pieces) => {
    expect(read(mixed, 'hosts', 'block', pieces)).toEqual(expected)
  })

  it.each<[string, string, ListFormat, string]>([
    ['a hosts line', '192.0.2.1 a.example', 'hosts', '1 rewrite 192.0.2.1 a.example'],
    ['a null address', '0.0.0.0 a.example', 'hosts', 'block exact a.example'],
    ['an address', 'address=/a.example/192.0.2.1', 'dnsmasq', '1 rewrite address=/a.example/192.0.2.1'],
    ['an alias', 'cname=a.example,b.example', 'dnsmasq', '1 rewrite cname=a.example,b.example'],
    ['local data', 'local-data: "a.example TXT hi"', 'unbound', '1 rewrite local-data: "a.example TXT hi"'],
    ['a redirect zone', 'local-zone: "a.example" redirect', 'unbound', '1 rewrite local-zone: "a.example" redirect'],
    ['a blocking zone', 'local-zone: "a.example" static', 'unbound', 'block suffix a.example'],
    ['a walled garden', 'a.example CNAME b.example.', 'rpz', '1 rewrite a.example CNAME b.example.'],
    ['$dnsrewrite', '|a.example^$dnsrewrite=b.example', 'adblock', '1 rewrite |a.example^$dnsrewrite=b.example'],
    [
      'a server',
      'server=/a.example/192.0.2.1',
      'dnsmasq',
      '1 server=/a.example/192.0.2.1: a list may not choose servers',
    ],
    [
      'other addresses',
      'alias=192.0.2.1,192.0.2.2',
      'dnsmasq',
      '1 alias=192.0.2.1,192.0.2.2: a list may not rewrite addresses',
    ],
    [
      'an alias of all below',
      '||a.example^$alias=b.example',
      'adblock',
      '1 ||a.example^$alias=b.example: a list may not keep labels in an alias',
    ],
  ])('%s in a list that may answer: %s', (_what, line, format, expected) => {
    const { names, rules, rejected } = read(`${line}\nlast.example\n`, format, 'block', 1e9, true)
    expect([...names, ...rules, ...rejected].filter((one) => !one.endsWith('last.example'))).toEqual([expected])
  })

  it('never lets a list that allows answer', () => {
    expect(read('192.0.2.1 a.example\n', 'hosts', 'allow', 1e9, true).names).toEqual(['allow exact a.example'])
    expect(read('|a.example^$dnsrewrite=192.0.2.1\nb.example\n', 'adblock', 'allow', 1e9, true).rejected).toHaveLength(
      1,
    )
  })

  it('turns blocks into allows in an allow list', () => {
    expect(
      read('0.0.0.0 a.example\n||b.example^$answer=nxdomain\n@@||c.example^\n/x/\n', 'hosts', 'allow'),
    ).toMatchObject({
      names: ['allow exact a.example', 'allow suffix b.example', 'allow suffix c.example'],
      rules: ['4 allow /x/'],
    })
  })

  it('stores what is more than a plain name, and keeps out what would send clients elsewhere', () => {
    const text = [
      '||a.example^$dnsrewrite=NXDOMAIN',
      '||b.example^$dnsrewrite=192.0.2.1',
      '*$dnstype=AAAA',
      '||.^',
      '||c.example^$badfilter',
      '||192.0.2.7^',
      '@@||d.example^$dnsrewrite',
    ].join('\n')
    expect(read(text, 'adblock')).toMatchObject({
      names: [],
      rules: [
        '1 rewrite ||a.example^$dnsrewrite=NXDOMAIN',
        '3 block *$dnstype=AAAA',
        '5 block ||c.example^$badfilter',
        '6 block ||192.0.2.7^',
        '7 allow @@||d.example^$dnsrewrite',
      ],
      rejected: [expect.stringMatching(/^2 .*records, unless/), '4 ||.^: a list may not block every name'],
    })
  })

  it('reads absolute names of a policy zone relative to its origin', () => {
    const text = '$ORIGIN rpz.example.\n@ SOA a. b. 1 2 3 4 5\na.example CNAME .\nb.example.rpz.example. CNAME .\n'
    expect(read(text, 'rpz').names).toEqual(['block exact a.example', 'block exact b.example'])
  })

  it('reads *.x as x and below where nearly every line has that form', () => {
    expect(read('*.a.example\n*.b.example\n').names).toEqual(['block suffix a.example', 'block suffix b.example'])
    expect(read('*.a.example\nb.example\n').names).toEqual(['block subdomains a.example', 'block exact b.example'])
  })

  it('names the line and cuts what it quotes', () => {
    const { rejected } = read(`a.example\n${'x'.repeat(5000)}\n${'y '.repeat(20_000)}\nb.example`, 'names')
    expect(rejected).toHaveLength(2)
    expect(rejected[0]).toMatch(/^2 x{200}: .*4096/)
    expect(rejected[1]).toMatch(/^3 (?:y ){100}: .*4096/)
  })

  it.each<[string, Uint8Array, string]>([
    ['an HTML page', encode('\n<!DOCTYPE html><html>'), 'HTML'],
    ['XML', encode('<?xml version="1.0"?>'), 'HTML or XML'],
    ['JSON', encode('{"message":"Not Found"}'), 'JSON'],
    ['UTF-16 with BOM', Uint8Array.of(0xff, 0xfe, 0x61, 0), 'UTF-16'],
    ['UTF-16 without BOM', Uint8Array.from([...'a.example'].flatMap((c) => [c.charCodeAt(0), 0])), 'UTF-16'],
    ['nothing but zeros', new Uint8Array(5000), 'binary'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip'],
    ['zip', encode('PK\u0003\u0004'), 'ZIP'],
    ['binary data', encode(`a.example\n${'b'.repeat(50)}\0`), 'binary'],
  ])('refuses %s as a whole', (_, content, reason) => {
    const outcome = read(content)
    expect(outcome).toMatchObject({ names: [], rules: [], rejected: [], ignored: 0, result: { ok: false } })
    expect(!outcome.result.ok && outcome.result.error).toContain(reason)
  })

  it('takes an empty list, and one that is longer than the head', () => {
    expect(read('').result).toEqual({ ok: true, value: { format: 'names', lines: 0 } })
    const lines = Array.from({ length: 20_000 }, (_, i) => `0.0.0.0 n${i}.example.org`).join('\n')
    expect(lines.length).toBeGreaterThan(HEAD_OCTETS)
    expect(read(lines, 'auto', 'block', 10_000)).toMatchObject({
      names: { length: 20_000 },
      result: { value: { format: 'hosts' } },
    })
  })

  it('never throws, and pieces make no difference, whatever the octets', () => {
    const line = fc.oneof(
      fc.constantFrom('||a.example^', '0.0.0.0 b.example', '\r', '*.c.example', '#', '||d^$', 'e CNAME .'),
      fc.string({ unit: anyCharacter, maxLength: 12 }),
    )
    const text = fc.array(line, { maxLength: 30 }).map((lines) => encode(lines.join('\n')))
    fc.assert(
      fc.property(
        fc.oneof(text, fc.uint8Array({ maxLength: 300 })),
        fc.integer({ min: 1, max: 20 }),
        (content, pieces) => {
          expect(read(content, 'auto', 'block', pieces)).toEqual(read(content))
        },
      ),
      propertyRuns(150),
    )
  })
})

describe('LineSplitter', () => {
  const split = (text: string, pieces: number): string[] => {
    const lines: string[] = []
    const splitter = new LineSplitter((octets, start, end, isCut) =>
      lines.push(isCut ? `cut at ${end - start}` : new TextDecoder().decode(octets.subarray(start, end))),
    )
    const octets = encode(text)
    for (let at = 0; at < octets.length; at += pieces) splitter.push(octets.subarray(at, at + pieces))
    splitter.finish()
    return lines
  }
  it.each([
    ['a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
    ['a\n\n\r\r\nb\n', ['a', '', '', '', 'b']],
    ['', []],
  ])('splits %j', (text, lines) => {
    for (const pieces of [1, 2, 3, 100]) expect(split(text, pieces)).toEqual(lines)
  })
  it('keeps only the beginning of a line that is too long', () => {
    const text = `a\n${'x'.repeat(MAX_LINE_OCTETS + 1)}\nb\n${'y'.repeat(MAX_LINE_OCTETS)}`
    for (const pieces of [999, 1e9])
      expect(split(text, pieces)).toEqual(['a', `cut at ${MAX_LINE_OCTETS}`, 'b', 'y'.repeat(MAX_LINE_OCTETS)])
  })
})

describe('detectFormat', () => {
  it.each([
    ['hosts', '# c\n0.0.0.0 a.example\n::1 localhost\nb.example\n127.0.0.1 c.example'],
    ['names', 'a.example\nb.example\n0.0.0.0 c.example'],
    ['wildcard', '# c\n*.a.example\n*.b.example'],
    ['adblock', '! c\n||a.example^\n@@||b.example^\nexample.org##.ad'],
    ['dnsmasq', 'address=/a.example/0.0.0.0\nserver=/b.example/'],
    ['unbound', 'server:\nlocal-zone: "a.example." always_null\n  local-data: "a.example A 0.0.0.0"'],
    [
      'rpz',
      '$TTL 60\n@ SOA localhost. root.localhost. 1 2 3 4 5\n NS localhost.\na.example CNAME .\n*.a.example CNAME .',
    ],
    ['names', ''],
  ])('finds %s', (format, text) => {
    expect(detectFormat(encode(text))).toBe(format)
  })
})
