import { describe, expect, it } from 'vitest'
import { clientKind, parseClientIdentifier } from './client-identifier.ts'

describe('what a client is known by', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', 'address'],
    [' 192.0.2.7/32 ', '192.0.2.7', 'address'],
    ['192.0.2.9/24', '192.0.2.0/24', 'prefix'],
    ['2001:DB8::/64', '2001:db8::/64', 'prefix'],
    ['ID:Tablet-2', 'id:tablet-2', 'client-id'],
    ['id:1234', 'id:1234', 'client-id'],
    ['name:Tablet.Example.', 'name:tablet.example', 'reverse-name'],
  ])('%j is %s, a %s', (text, canonical, kind) => {
    expect(parseClientIdentifier(text)).toEqual({ ok: true, value: canonical })
    expect(clientKind(canonical)).toBe(kind)
  })

  it.each([
    '',
    'tablet',
    '192.0.2.300',
    '192.0.2.0/33',
    'id:',
    'id:a.b',
    'id:-a',
    `id:${'a'.repeat(64)}`,
    'name:',
    'name:a..b',
  ])('%j is refused with a reason', (text) => {
    expect(parseClientIdentifier(text).ok).toBe(false)
  })
})
