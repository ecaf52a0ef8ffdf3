/** Pulses of one client's questions to slow names (DNSBomb, CVE-2024-33655): what it gets at most, and what others get meanwhile. */
import { encode } from 'dns-packet'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answered, ScenarioWorld } from './scenario-world.ts'

const LIMIT = 10
const PULSE = 50
const SPOOFED = '192.0.2.66'
const NEIGHBOUR = '192.0.2.100'
const TRUNCATED = 0x0200

let world: ScenarioWorld
beforeEach(() => {
  world = new ScenarioWorld()
  world.config.set('access.waitingQueries', LIMIT)
  for (let i = 0; i < PULSE; i++) world.upstreams.replies.set(`n${i}.example.org A`, answerOf(`n${i}.example.org`))
})

const answerOf = (name: string) => ({
  rcode: 'NOERROR',
  answers: [{ type: 'A' as const, name, ttl: 300, data: '198.51.100.7' }],
  authorities: [],
})

/** All at once. */
const pulse = (client: string, isTcp = false, first = 0): Promise<Answered[]> =>
  Promise.all(
    Array.from({ length: PULSE - first }, (_, i) => world.query(`n${first + i}.example.org`, 'A', client, isTcp)),
  )

function tally(all: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { response, outcome, reason } of all) {
    const { flags = 0, answers = [] } = response ?? {}
    const sent = response === null ? 'nothing' : flags & TRUNCATED ? 'TC' : `${flags & 15} with ${answers.length}`
    const words = `${outcome} ${reason}: ${sent}`
    counts[words] = (counts[words] ?? 0) + 1
  }
  return counts
}

describe('of one client’s queries no more than so many wait (DNSBomb, CVE-2024-33655)', () => {
  it('so that a pulse to a forged address brings it no more answers than that; half of the rest is told to come by TCP', async () => {
    expect(tally(await pulse(SPOOFED))).toEqual({
      'forwarded none: 0 with 1': LIMIT,
      'refused waiting-limit: TC': (PULSE - LIMIT) / 2,
      'dropped waiting-limit: nothing': (PULSE - LIMIT) / 2,
    })
    expect(world.upstreams.asked).toHaveLength(LIMIT)
  })

  it('who proves the address has places of its own, and is told at once that they are taken', async () => {
    const [forged, proven] = await Promise.all([pulse(SPOOFED), pulse(SPOOFED, true)])
    expect(tally(forged)['forwarded none: 0 with 1']).toBe(LIMIT)
    expect(tally(proven)).toEqual({
      'forwarded none: 0 with 1': LIMIT,
      'refused waiting-limit: 2 with 0': PULSE - LIMIT,
    })
  })

  it('a neighbour notices nothing, nor does who asks one after the other', async () => {
    const [, neighbour] = await Promise.all([pulse(SPOOFED), world.query('n49.example.org', 'A', NEIGHBOUR)])
    expect(neighbour).toMatchObject({ outcome: 'forwarded' })
    world.upstreams.replies.set('last.example.org A', answerOf('last.example.org'))
    expect(await world.query('last.example.org', 'A', SPOOFED)).toMatchObject({ outcome: 'forwarded' })
  })

  it('holds neither for the cache nor for what is blocked', async () => {
    await world.query('n0.example.org', 'A', NEIGHBOUR)
    world.config.addRule('||n1.example.org^')
    const waiting = pulse(SPOOFED, false, 2)
    expect(await world.query('n0.example.org', 'A', SPOOFED)).toMatchObject({ outcome: 'cached' })
    expect(await world.query('n1.example.org', 'A', SPOOFED)).toMatchObject({ outcome: 'blocked' })
    await waiting
  })

  it('gives a stale answer where there is one', async () => {
    await world.query('n0.example.org', 'A', NEIGHBOUR)
    world.clock.advance(301_000)
    const waiting = pulse(SPOOFED, false, 1)
    expect(await world.query('n0.example.org', 'A', SPOOFED)).toMatchObject({ outcome: 'stale' })
    await waiting
  })

  it('holds for IPv6 addresses made of IPv4 ones, which take two questions', async () => {
    world.config.set('dns64.enabled', true)
    world.config.set('dns64.prefix', '2001:db8:64::/96')
    const nothing = { rcode: 'NOERROR', answers: [], authorities: [] }
    for (let i = 0; i < PULSE; i++) world.upstreams.replies.set(`n${i}.example.org AAAA`, nothing)
    const all = await Promise.all(
      Array.from({ length: PULSE }, (_, i) => world.query(`n${i}.example.org`, 'AAAA', SPOOFED)),
    )
    expect(tally(all)).toEqual({
      'forwarded dns64: 0 with 1': LIMIT,
      'refused waiting-limit: TC': (PULSE - LIMIT) / 2,
      'dropped waiting-limit: nothing': (PULSE - LIMIT) / 2,
    })
  })

  it('brings a cookie to who knows cookies, in place of TC', async () => {
    const option = { code: 10, data: Buffer.from('0123456789abcdef', 'hex') }
    const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [option] }
    const all = await Promise.all(
      Array.from({ length: PULSE }, (_, i) =>
        world.send(
          encode({
            type: 'query',
            id: i,
            flags: 0x0100,
            questions: [{ name: `n${i}.example.org`, type: 'A' }],
            additionals: [opt as never],
          }),
          SPOOFED,
        ),
      ),
    )
    const { ['refused bad-cookie: 7 with 0']: badCookies } = tally(all)
    expect(badCookies).toBe((PULSE - LIMIT) / 2)
  })
})
