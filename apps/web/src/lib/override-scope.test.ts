import { describe, expect, it } from 'vitest'
import { holdsForClient, holdsForGroup } from './override-scope.ts'

const EVERYONE = { client: null, groupId: null }
const KIDS = { client: null, groupId: 2 }
const of = (client: string) => ({ client, groupId: null })

describe('overrides that hold', () => {
  it('for a group are its own and those for everyone', () => {
    const holds = holdsForGroup(2)
    expect([EVERYONE, KIDS, { client: null, groupId: 3 }, of('192.0.2.7')].map(holds)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.0/24', true],
    ['192.0.2.7', '192.0.2.8/29', false],
    ['192.0.2.7', '192.0.2.70', false],
    ['192.0.2.0/24', '192.0.2.7', true],
    ['192.0.2.7', '2001:db8::/32', false],
    ['2001:db8::7', '2001:db8::/32', true],
    ['id:tablet', 'id:tablet', true],
    ['id:tablet', 'id:phone', false],
    ['name:tablet.example', '192.0.2.7', false],
  ])('for a client %s: one for %s? %s', (identifier, client, holds) => {
    expect(holdsForClient(identifier, 1)(of(client))).toBe(holds)
  })

  it('for a client are those of its group and for everyone too', () => {
    expect([EVERYONE, KIDS, { client: null, groupId: 3 }].map(holdsForClient('192.0.2.7', 2))).toEqual([
      true,
      true,
      false,
    ])
    expect(holdsForClient('192.0.2.7', undefined)(KIDS)).toBe(false)
  })
})
