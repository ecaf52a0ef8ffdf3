import { describe, expect, it } from 'vitest'
import type { ResolverState } from '../../lib/api/resolver.ts'
import { digCommand, hasBeenAsked, isFreshStart, isLoopbackOnly } from './first-steps.ts'

const NO_NAMES = {
  names: 0,
  sizeOctets: 0,
  lists: 0,
  compileMs: 0,
  compiledAt: null,
  budgetOctets: 2 ** 28,
  tier: null,
}
const started = (patch: Partial<ResolverState> = {}, address = '127.0.0.1:1053') => ({
  listeners: [
    { transport: 'tcp', address: '192.0.2.1:5353', implementation: 'net', reason: '', receiveBufferOctets: null },
    { transport: 'udp', address, implementation: 'batched', reason: '', receiveBufferOctets: 1 },
  ],
  log: { state: 'ok' as const, written: 0, dropped: 0, hitsLost: 0, lastError: null },
  ownRules: 0,
  index: NO_NAMES,
  ...patch,
})

describe('the first steps', () => {
  it.each([
    ['127.0.0.1:1053', 'dig @127.0.0.1 -p 1053 example.org'],
    ['192.0.2.1:53', 'dig @192.0.2.1 example.org'],
    ['0.0.0.0:5300', 'dig @127.0.0.1 -p 5300 example.org'],
    ['[::]:53', 'dig @::1 example.org'],
    ['[2001:db8::1]:1053', 'dig @2001:db8::1 -p 1053 example.org'],
  ])('ask the listener %s with a command that reaches it', (address, command) => {
    expect(digCommand(started({}, address))).toBe(command)
  })

  it('give no command when nothing listens on UDP', () => {
    expect(digCommand(started({ listeners: [] }))).toBeNull()
  })

  it('end with the first list, name or rule', () => {
    expect(isFreshStart(started(), 0)).toBe(true)
    expect(isFreshStart(started(), 1)).toBe(false)
    expect(isFreshStart(started({ ownRules: 1 }), 0)).toBe(false)
    expect(isFreshStart(started({ index: { ...NO_NAMES, names: 1 } }), 0)).toBe(false)
  })

  it('know that somebody asked', () => {
    expect(hasBeenAsked(started())).toBe(false)
    expect(hasBeenAsked(started({ log: { state: 'ok', written: 1, dropped: 0, hitsLost: 0, lastError: null } }))).toBe(
      true,
    )
  })

  it.each([
    ['127.0.0.1:1053', true],
    ['127.0.0.53:53', true],
    ['[::1]:1053', true],
    ['0.0.0.0:53', false],
    ['[::]:53', false],
    ['192.0.2.1:53', false],
    ['[2001:db8::1]:53', false],
  ])('know who can reach %s', (address, isOnly) => {
    const { listeners } = started({}, address)
    expect(isLoopbackOnly(started({ listeners: listeners.slice(1) }))).toBe(isOnly)
  })
})
