import { formatPrefix, parseAddress, parsePrefix, prefixContains, toMapped } from '@weir/shared/dns/ip-address'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClientTable } from './client-table.ts'

const at = (text: string): Uint8Array => toMapped(parseAddress(text)!)

describe('ClientTable', () => {
  const table = new ClientTable(
    [
      { prefix: '192.0.2.0/24', groupId: 2 },
      { prefix: '192.0.2.7', groupId: 3 },
      { prefix: '2001:db8::/32', groupId: 4 },
      { prefix: '::/0', groupId: 5 },
      { prefix: 'not a prefix', groupId: 6 },
    ],
    1,
  )

  it.each([
    ['192.0.2.8', 2],
    ['192.0.2.7', 3],
    ['::ffff:192.0.2.7', 3],
    ['2001:db8::1', 4],
    ['2001:db9::1', 5],
  ])('puts %s into group %i', (address, groupId) => {
    expect(table.groupOf(at(address), '')).toBe(groupId)
  })

  it('goes by the id that a client gives before its address, where somebody has entered that id', () => {
    const withIds = new ClientTable(
      [
        { prefix: '192.0.2.7', groupId: 3 },
        { prefix: 'id:tablet', groupId: 7 },
      ],
      1,
    )
    expect(withIds.groupOf(at('192.0.2.7'), 'tablet')).toBe(7)
    expect(withIds.groupOf(at('198.51.100.1'), 'tablet')).toBe(7)
    expect(withIds.groupOf(at('192.0.2.7'), 'telephone')).toBe(3)
    expect(withIds.groupOf(at('192.0.2.7'))).toBe(3)
  })

  it('puts clients that no row holds into the default group', () => {
    expect(new ClientTable([{ prefix: '192.0.2.0/24', groupId: 2 }], 9).groupOf(at('198.51.100.1'), '')).toBe(9)
  })

  it('finds the longest of any prefixes', () => {
    const octets = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((four) => four.map((octet) => octet & 0x83))
    const prefix = fc.tuple(octets, fc.nat(32)).map(([four, bits]) => parsePrefix(`${four.join('.')}/${bits}`)!)
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 30 }), octets, (prefixes, address) => {
        const rows = prefixes.map((one) => ({ prefix: formatPrefix(one), groupId: one.bits + 100 }))
        const longest = Math.max(
          -100,
          ...prefixes.filter((one) => prefixContains(one, address)).map(({ bits }) => bits),
        )
        expect(new ClientTable(rows, 0).groupOf(toMapped(address), '')).toBe(longest + 100)
      }),
    )
  })
})
