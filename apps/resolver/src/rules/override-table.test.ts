import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { NameScratch } from './name-hash.ts'
import { OverrideTable } from './override-table.ts'
import { NOW_MS } from './policy.fixture.ts'
import type { OverrideRow } from './policy-data.ts'

const MINUTE = 60_000
const row = (id: number, more: Partial<OverrideRow> = {}): OverrideRow => ({
  id,
  kind: more.name == null ? 'pause' : 'allow',
  name: null,
  client: null,
  groupId: null,
  createdAt: NOW_MS,
  endsAt: NOW_MS + MINUTE,
  ...more,
})

/** Address, and a client id behind it. */
function who(text: string) {
  const [address = '', clientId = ''] = text.split(' ')
  return { clientAddress: toMapped(parseAddress(address)!), clientId }
}

function winner(rows: readonly OverrideRow[], name = 'www.example.org', client = '192.0.2.17', group = 2): number {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  return new OverrideTable(rows).find(scratch, group, who(client), NOW_MS)?.id ?? 0
}

describe('the override that counts', () => {
  it('counts the labels of a name that has a dot in one', () => {
    const rows = [row(1, { name: 'a\\.b.example.org' })]
    expect([winner(rows, 'a\\.b.example.org'), winner(rows, 'x.a\\.b.example.org')]).toEqual([1, 1])
    expect([winner(rows, 'a.b.example.org'), winner(rows, 'b.example.org')]).toEqual([0, 0])
  })

  it.each<[string, OverrideRow[], number]>([
    ['is none where there is none', [], 0],
    ["is a client's before its group's", [row(1, { groupId: 2 }), row(2, { client: '192.0.2.17' })], 2],
    ["is a group's before everyone's", [row(1), row(2, { groupId: 2 })], 2],
    ['is that of the longest prefix', [row(1, { client: '192.0.2.16/28' }), row(2, { client: '192.0.2.0/24' })], 1],
    ['is that of a name before that of all', [row(1), row(2, { name: 'example.org' })], 2],
    ['is that of the longest name', [row(1, { name: 'www.example.org' }), row(2, { name: 'org' })], 1],
    [
      "is a client's for all names before everyone's for a name",
      [row(1, { name: 'org' }), row(2, { client: '192.0.2.17' })],
      2,
    ],
    ['is the newest', [row(1), row(2, { createdAt: NOW_MS + 1 }), row(3)], 2],
    ['is the last made in the same millisecond', [row(1), row(2)], 2],
    ['is not one that has ended', [row(1), row(2, { endsAt: NOW_MS })], 1],
    ['is not one of another group', [row(1, { groupId: 3 })], 0],
    ['is not one of another client', [row(1, { client: '192.0.2.18' }), row(2, { client: '2001:db8::/32' })], 0],
    ['is not one of a name beside it', [row(1, { name: 'ww.example.org' }), row(2, { name: 'a.www.example.org' })], 0],
    ['is not one that is damaged', [row(1, { client: 'tablet' }), row(2, { name: 'a..b' })], 0],
  ])('%s', (_, rows, expected) => {
    expect(winner(rows)).toBe(expected)
  })
  it('knows IPv6 clients, and prefixes that end within an octet', () => {
    const rows = [row(1, { client: '2001:db8:0:10::/60' }), row(2, { client: '2001:db8::/32' })]
    expect(winner(rows, 'example.org', '2001:db8:0:1f::1')).toBe(1)
    expect(winner(rows, 'example.org', '2001:db8:0:20::1')).toBe(2)
    expect(winner([row(1, { client: '0.0.0.0/0' })], 'example.org', '2001:db8::1')).toBe(0)
  })
  it('knows clients by their ids, before their addresses', () => {
    const rows = [row(1, { client: 'id:tablet' }), row(2, { client: '192.0.2.17' })]
    expect(winner(rows, 'example.org', '192.0.2.17 tablet')).toBe(1)
    expect(winner(rows, 'example.org', '192.0.2.17 phone')).toBe(2)
    expect(winner(rows, 'example.org', '198.51.100.1')).toBe(0)
  })
  it('holds for the root, which has no labels', () => {
    expect(winner([row(1, { name: 'org' })], '')).toBe(0)
    expect(winner([row(1)], '')).toBe(1)
  })
})
