import { toWire } from '@weir/shared/dns/domain-name'
import { encode } from 'dns-packet'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCacheBuffer } from '../../cache/cache-layout.ts'
import { SharedCache } from '../../cache/shared-cache.ts'
import { Outcome } from '../../query/outcome.ts'
import type { ForwardReply, ForwardRequest, ForwardWaiter } from '../../query/ports.ts'
import { QueryContext } from '../../query/query-context.ts'
import { checkResponse } from '../../wire/check-response.ts'
import { parseQuery } from '../../wire/parse-query.ts'
import { lookUpCache } from './look-up-cache.ts'
import { Prefetcher } from './prefetcher.ts'

const TTL_SECONDS = 100
const START_MS = Date.UTC(2026, 0, 1)
const upstreams = { id: 1, servers: [], strategy: 'failover', timeoutMs: 1000, attempts: 1 } as const

function reply(name: string, flags = 0x180): ForwardReply {
  const message = encode({
    type: 'response',
    id: 7,
    flags,
    questions: [{ type: 'A', name }],
    answers: [{ type: 'A', name, ttl: TTL_SECONDS, data: '192.0.2.1' }],
  })
  const checked = checkResponse(message, message.length, { id: 7, name: toWire(name), qtype: 1, qclass: 1 })
  if (!checked.ok) throw new Error(checked.error)
  const { message: octets, length, ...facts } = checked.value
  return { ok: true, message: octets, length, facts, upstreamIndex: 0 }
}

/** Cache, prefetcher and the stage that asks both; time, and what the upstream says, are the test's. */
class World {
  readonly cache = new SharedCache(createCacheBuffer(1024 * 1024))
  readonly asked: [ForwardRequest, ForwardWaiter][] = []
  prefetches = true
  readonly #planned: (() => void)[] = []
  readonly #state = () => ({
    cache: this.cache,
    serveStaleSeconds: 0,
    prefetches: this.prefetches,
    cutsAtNxdomain: true,
    times: { minTtlSeconds: 0, maxTtlSeconds: 86_400, negativeMaxTtlSeconds: 3600 },
  })
  readonly prefetcher = new Prefetcher(
    { forward: (request, waiter) => void this.asked.push([request, waiter]) },
    this.#state,
    (_delayMs, run) => {
      this.#planned.push(run)
      return () => undefined
    },
  )
  readonly #stage = lookUpCache(this.#state, this.prefetcher)

  store(name: string): void {
    const stored = reply(name)
    if (!stored.ok) return
    const wire = toWire(name)
    const key = { name: wire, nameLength: wire.length, qtype: 1, qclass: 1, dnssecOk: false, checkingDisabled: false }
    this.cache.store({ ...key, upstreamGroupId: 1 }, stored.message, stored.length, TTL_SECONDS, 0, START_MS)
  }

  /** Asks at so many seconds of the answer's life, then does what was put off. */
  ask(name: string, atSeconds: number): Outcome {
    const message = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type: 'A', name }] })
    const query = new QueryContext(message, new Uint8Array(4096))
    query.messageLength = message.length
    parseQuery(message, message.length, query.view)
    query.lookupNameLength = query.view.qnameLength
    query.decision.upstreams = upstreams
    query.receivedAtMs = START_MS + atSeconds * 1000
    const askedCount = this.asked.length
    const outcome = this.#stage.run(query)
    // Nothing is asked on the answering path.
    expect(this.asked).toHaveLength(askedCount)
    for (const run of this.#planned.splice(0)) run()
    return outcome
  }

  makePopular(name: string): void {
    this.store(name)
    for (let i = 0; i < 3; i++) this.ask(name, 10)
  }
}

describe('Prefetcher', () => {
  let world: World
  beforeEach(() => {
    world = new World()
  })

  it('asks again for a popular answer in the last tenth of its life, and keeps the new one', () => {
    world.makePopular('www.example.org')
    expect(world.ask('www.example.org', 89)).toBe(Outcome.Answered)
    expect(world.asked).toHaveLength(0)
    expect(world.ask('www.example.org', 91)).toBe(Outcome.Answered)
    expect(world.asked).toHaveLength(1)
    world.asked[0]![1].land(reply('www.example.org'), true)
    expect(world.ask('www.example.org', 150)).toBe(Outcome.Answered)
    expect(world.prefetcher.counters).toEqual({ started: 1, leftOut: 0 })
  })

  it('asks once at a time for one answer', () => {
    world.makePopular('www.example.org')
    for (const atSeconds of [91, 92, 93]) world.ask('www.example.org', atSeconds)
    expect(world.asked).toHaveLength(1)
  })

  it('lets answers end that hardly anybody asks for', () => {
    world.store('www.example.org')
    for (const atSeconds of [10, 95, 96]) world.ask('www.example.org', atSeconds)
    expect(world.asked).toHaveLength(0)
  })

  it('asks for nothing when it is switched off', () => {
    world.prefetches = false
    world.makePopular('www.example.org')
    world.ask('www.example.org', 95)
    expect(world.asked).toHaveLength(0)
  })

  it.each<[string, ForwardReply]>([
    ['no server answers', { ok: false, fault: 'upstream-timeout', upstreamIndex: 0 }],
    ['a server fails', reply('www.example.org', 0x180 | 2)],
  ])('keeps the old answer when %s, and tries again', (_, bad) => {
    world.makePopular('www.example.org')
    world.ask('www.example.org', 91)
    world.asked[0]![1].land(bad, true)
    expect(world.ask('www.example.org', 99)).toBe(Outcome.Answered)
    expect(world.asked).toHaveLength(2)
    expect(world.ask('www.example.org', 101)).toBe(Outcome.Continue)
  })

  it('asks for so many names at a time and no more, and counts what it leaves out', () => {
    const names = Array.from({ length: 70 }, (_, i) => `n${i}.example.org`)
    for (const name of names) world.makePopular(name)
    for (const name of names) world.ask(name, 95)
    expect(world.asked).toHaveLength(64)
    expect(world.prefetcher.counters).toEqual({ started: 64, leftOut: 6 })
  })
})
