import { RrType } from '@weir/shared/dns/rr-type'
import { describe, expect, it } from 'vitest'
import { answerText } from './answer-text.ts'
import { ask } from './asked.fixture.ts'
import { policyOf, rule } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const { A, AAAA, TXT, MX, PTR, ANY } = RrType
const block = (answer: NonNullable<RuleRow['answer']>): RuleRow =>
  rule(1, 'block', 'exact', 'a.example.org', { answer })
const local = (more: Partial<RuleRow>): RuleRow => rule(1, 'rewrite', 'exact', 'a.example.org', more)

describe('the answer in words', () => {
  it.each<[RuleRow, string, number, string]>([
    [block({ kind: 'null' }), 'a.example.org', A, '0.0.0.0'],
    [block({ kind: 'null' }), 'a.example.org', AAAA, '::'],
    [block({ kind: 'null' }), 'a.example.org', ANY, '0.0.0.0, ::'],
    [block({ kind: 'null' }), 'a.example.org', MX, 'NODATA'],
    [block({ kind: 'null', txt: 'see "IT"', mx: '10 mx.example.net' }), 'a.example.org', TXT, 'TXT "see \\"IT\\""'],
    [block({ kind: 'null', txt: 'é'.repeat(200) }), 'a.example.org', TXT, `TXT "${'é'.repeat(200)}"`],
    [block({ kind: 'null', mx: '300 mx.example.net' }), 'a.example.org', MX, 'MX 300 mx.example.net'],
    [block({ kind: 'addresses', ipv4: ['192.0.2.1'] }), 'a.example.org', A, '192.0.2.1'],
    [block({ kind: 'addresses', ipv4: ['192.0.2.1'] }), 'a.example.org', AAAA, 'NODATA'],
    [block({ kind: 'nodata', txt: 'never' }), 'a.example.org', TXT, 'NODATA'],
    [block({ kind: 'drop' }), 'a.example.org', A, 'no answer'],
    [local({ ipv4: ['192.0.2.1'], records: ['TXT "x"'] }), 'a.example.org', A, '192.0.2.1'],
    [local({ ipv4: ['192.0.2.1'], records: ['TXT "x"'] }), 'a.example.org', AAAA, 'NODATA'],
    [local({ ipv4: ['192.0.2.1'], records: ['TXT "x"'] }), 'a.example.org', TXT, 'TXT "x"'],
    [local({ ipv4: ['192.0.2.1'], ipv6: ['2001:db8::1'] }), 'a.example.org', ANY, '192.0.2.1, 2001:db8::1'],
    [local({ ipv4: ['192.0.2.1'] }), '1.2.0.192.in-addr.arpa', PTR, 'a.example.org'],
    [local({ rcode: 'NXDOMAIN' }), 'a.example.org', TXT, 'NXDOMAIN'],
    [local({}), 'localhost', A, '127.0.0.1'],
    [local({}), 'localhost', AAAA, '::1'],
    [local({}), 'localhost', TXT, 'NODATA'],
    [local({}), '1.0.0.127.in-addr.arpa', PTR, 'localhost'],
    [local({}), '1.0.0.127.in-addr.arpa', A, 'NODATA'],
  ])('%# has what is given for the type asked for', (row, name, qtype, text) => {
    expect(answerText(ask(policyOf({ rules: [row] }), name, { qtype }), qtype)).toBe(text)
  })
})
