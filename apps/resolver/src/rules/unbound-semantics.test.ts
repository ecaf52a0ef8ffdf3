/** What Unbound says of its lines (unbound.conf(5)). */
import { describe } from 'vitest'
import { checkAnswers, lines, type Row } from './maker-semantics.fixture.ts'

describe('Unbound', () => {
  checkAnswers([
    ['local-zone: "example.org" always_nxdomain', 'www.example.org', 'block nxdomain'],
    ['local-zone: "example.org" block_a', 'example.org AAAA', 'pass'],
    [
      lines('local-zone: "example.org" static', 'local-data: "a.example.org A 192.0.2.1"'),
      'a.example.org',
      '192.0.2.1',
    ],
    [lines('local-zone: "example.org" static', 'local-data: "a.example.org A 192.0.2.1"'), 'b.example.org', 'NXDOMAIN'],
    [
      lines('local-zone: "example.org" redirect', 'local-data: "example.org A 192.0.2.1"'),
      'b.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" redirect', 'local-data: "example.org A 192.0.2.1"'),
      'b.example.org TXT',
      'NODATA',
    ],
    [
      lines('local-zone: "example.org" typetransparent', 'local-data: "example.org A 192.0.2.1"'),
      'example.org TXT',
      'pass',
    ],
    [
      lines('local-zone: "example.org" always_nxdomain', 'local-zone: "ok.example.org" always_transparent'),
      'ok.example.org',
      'allow',
    ],
  ])
})

describe('Unbound: of what blocks and what answers, the longer name counts', () => {
  const unbound = (type: string): string =>
    lines(
      `local-zone: "example.org" ${type}`,
      'local-zone: "a.example.org" static',
      'local-data: "b.a.example.org A 192.0.2.1"',
    )
  checkAnswers([
    ...['always_nxdomain', 'always_refuse', 'always_null', 'always_deny', 'deny', 'static'].flatMap((type): Row[] => [
      [unbound(type), 'b.a.example.org', '192.0.2.1'],
      [unbound(type), 'c.a.example.org', 'NXDOMAIN'],
    ]),
    [unbound('always_refuse'), 'c.example.org', 'block refused'],
    [
      lines('local-zone: "example.org" deny', 'local-data: "www.example.org A 192.0.2.1"'),
      'www.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" always_null', 'local-data: "www.example.org A 192.0.2.1"'),
      'www.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" inform_deny', 'local-data: "example.org A 192.0.2.1"'),
      'example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "a.example.org" static', 'local-zone: "b.a.example.org" always_nxdomain'),
      'b.a.example.org',
      'block nxdomain',
    ],
    [
      lines('local-zone: "example.org" always_null', 'local-zone: "a.example.org" transparent'),
      'x.a.example.org',
      'allow',
    ],
    [lines('local-zone: "example.org" static', 'local-zone: "a.example.org" transparent'), 'a.example.org', 'allow'],
    [
      lines(
        'local-zone: "example.org" redirect',
        'local-data: "example.org A 0.0.0.0"',
        'local-zone: "a.example.org" redirect',
        'local-data: "a.example.org A 192.0.2.1"',
      ),
      'b.a.example.org',
      '192.0.2.1',
    ],
    [lines('local-zone: "." refuse', 'local-zone: "a.example.org" transparent'), 'a.example.org', 'allow'],
    [lines('local-zone: "." refuse', 'local-zone: "org" transparent'), 'a.example.org', 'allow'],
    [lines('local-zone: "." refuse', 'local-zone: "org" transparent'), 'example.net', 'REFUSED'],
  ])
})
