import { parsePrefix, prefixContains } from '@weir/shared/dns/ip-address'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Overlaps } from './overlaps.ts'

const identifiers = [
  ...[
    '0.0.0.0/0',
    '192.0.2.0/24',
    '192.0.2.0/25',
    '192.0.2.128/25',
    '192.0.2.0/31',
    '192.0.2.0',
    '192.0.2.1',
    '192.0.2.200',
  ],
  ...[
    '::/0',
    '2001:db8::/32',
    '2001:db8::/33',
    '2001:db8:8000::/33',
    '2001:db8::1',
    'id:tablet',
    'name:tablet.example',
  ],
]

it('names the longest prefix that holds an entry, and those that it holds, as comparing each with each does', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(identifiers), (chosen) => {
      const all = chosen.map((identifier, i) => ({ id: i + 1, identifier, groupId: 1 }))
      const overlaps = new Overlaps(all)
      for (const entry of all) {
        const own = parsePrefix(entry.identifier)
        const others = all.flatMap(({ identifier }) => {
          const prefix = parsePrefix(identifier)
          return prefix && own && prefix.bits !== own.bits ? [{ identifier, prefix }] : []
        })
        const holders = others
          .filter(({ prefix }) => prefix.bits < own!.bits && prefixContains(prefix, own!.octets))
          .sort((a, b) => b.prefix.bits - a.prefix.bits)
        const held = others.filter(({ prefix }) => prefix.bits > own!.bits && prefixContains(own!, prefix.octets))
        const [holder] = holders
        const named = held.slice(0, 3).map(({ identifier }) => `${identifier} (group Everyone)`)
        const rest = held.length > 3 ? ` and ${held.length - 3} more` : ''
        expect(overlaps.notes(entry, () => 'Everyone')).toEqual([
          ...(holder
            ? [`${holder.identifier} (group Everyone) holds it too: ${entry.identifier} is longer and counts here`]
            : []),
          ...(held.length > 0
            ? [`it holds ${named.join(', ')}${rest}: there the longer prefix counts, not ${entry.identifier}`]
            : []),
        ])
      }
    }),
  )
})
