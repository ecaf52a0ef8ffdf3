import { ManualClock } from '@weir/shared/clock'
import { describe, expect, it } from 'vitest'
import type { Forwarder, ForwardReply, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import { MAX_WAITERS } from './flight-table.ts'
import { InFlightForwarder } from './in-flight.ts'
import { wireName } from './response-cache.contract.ts'

/** Answers when it is told to. */
class HeldForwarder implements Forwarder {
  readonly held: ForwardWaiter[] = []
  forward(_: ForwardRequest, waiter: ForwardWaiter): void {
    this.held.push(waiter)
  }
  release(give: ForwardReply = reply()): void {
    for (const waiter of this.held.splice(0)) waiter.land(give, true)
  }
}

const facts = {
  kind: 'answer',
  rcode: 0,
  isTruncated: false,
  isAuthenticData: false,
  hasOpt: false,
  extendedError: -1,
  smallestTtlSeconds: 60,
  negativeTtlSeconds: -1,
} as const
const reply = (): ForwardReply => ({ ok: true, message: Uint8Array.of(1, 2, 3), length: 3, facts, upstreamIndex: 0 })

const request = (name: string, changes: Partial<ForwardRequest> = {}): ForwardRequest => ({
  name: wireName(name),
  qtype: 1,
  qclass: 1,
  dnssecOk: false,
  checkingDisabled: false,
  upstreams: { id: 1, servers: ['192.0.2.1'], strategy: 'failover', timeoutMs: 1000, attempts: 2 },
  ...changes,
})

const asked = (joined: InFlightForwarder, question: ForwardRequest): Promise<ForwardReply> =>
  new Promise((resolve) => joined.forward(question, { land: resolve }))

const setUp = (maxQuestions?: number) => {
  const upstream = new HeldForwarder()
  const clock = new ManualClock()
  return { upstream, clock, joined: new InFlightForwarder(upstream, clock, maxQuestions) }
}

describe('InFlightForwarder', () => {
  it('asks once for equal questions in flight, however many ask (birthday attack, Unbound CVE-2025-5994)', () => {
    const { upstream, joined } = setUp()
    const told: boolean[] = []
    for (let i = 0; i < 50; i++)
      joined.forward(request('www.example.org'), {
        land: (each, isFirst) => {
          expect(each).toMatchObject({ ok: true, message: Uint8Array.of(1, 2, 3), length: 3 })
          told.push(isFirst)
        },
      })
    expect(upstream.held.length).toBe(1)
    upstream.release()
    expect(told).toEqual([true, ...Array.from({ length: 49 }, () => false)])
    expect(joined.counters).toEqual({ started: 1, joined: 49, overloaded: 0, remembered: 0 })
    expect(joined.questionCount).toBe(0)
  })

  it('answers with a failure of a moment ago without asking again, then asks again (RFC 9520 §3.2)', async () => {
    const { upstream, clock, joined } = setUp()
    const ask = () => asked(joined, request('www.example.org'))
    const fail: ForwardReply = { ok: false, fault: 'upstream-timeout', upstreamIndex: 0 }
    const first = ask()
    upstream.release(fail)
    expect(await first).toEqual(fail)
    expect(await ask()).toMatchObject({ ok: false, fault: 'upstream-timeout' })
    expect(joined.counters).toEqual({ started: 1, joined: 0, overloaded: 0, remembered: 1 })
    clock.advance(1000)
    const second = ask()
    upstream.release()
    expect((await second).ok).toBe(true)
    void ask()
    expect(upstream.held.length).toBe(1)
  })

  it.each([
    ['SERVFAIL', { kind: 'failure', rcode: 2 }],
    ['REFUSED', { kind: 'failure', rcode: 5 }],
    ['BADVERS', { kind: 'failure', rcode: 16 }],
    ['half an answer', { isTruncated: true }],
  ] as const)('remembers %s too, for who has an old answer or no cache (RFC 9520 §3.2)', async (_, said) => {
    const { upstream, clock, joined } = setUp()
    const ask = () => asked(joined, request('www.example.org'))
    const failing = { ...reply(), facts: { ...facts, ...said } } as ForwardReply
    const first = ask()
    upstream.release(failing)
    expect(await first).toEqual(failing)
    expect(await ask()).toEqual({ ok: false, fault: 'upstream-refused', upstreamIndex: -1 })
    expect(upstream.held).toEqual([])
    clock.advance(1000)
    void ask()
    expect(upstream.held.length).toBe(1)
  })

  it('asks again at once when the upstreams are others, and when it was only busy itself', async () => {
    const { upstream, joined } = setUp()
    for (const [fault, forget] of [
      ['upstream-unreachable', () => joined.forgetFailures()],
      ['overloaded', () => undefined],
    ] as const) {
      const failed = asked(joined, request('www.example.org'))
      upstream.release({ ok: false, fault, upstreamIndex: 0 })
      await failed
      forget()
      const again = asked(joined, request('www.example.org'))
      expect(upstream.held.length).toBe(1)
      upstream.release()
      expect((await again).ok).toBe(true)
    }
  })

  it('keeps questions apart that the cache keeps apart', () => {
    const { upstream, joined } = setUp()
    const upstreams = { ...request('').upstreams, id: 2 }
    for (const changes of [
      {},
      { qtype: 28 },
      { qclass: 3 },
      { dnssecOk: true },
      { checkingDisabled: true },
      { upstreams },
    ])
      void asked(joined, request('www.example.org', changes))
    void asked(joined, request('ww.example.org'))
    expect(upstream.held.length).toBe(7)
  })

  it('asks again once the reply is there', async () => {
    const { upstream, joined } = setUp()
    const first = asked(joined, request('www.example.org'))
    upstream.release()
    await first
    void asked(joined, request('www.example.org'))
    expect(joined.counters.started).toBe(2)
  })

  it('turns away what is beyond its bounds, at once', async () => {
    const { joined } = setUp(2)
    for (let i = 0; i < MAX_WAITERS; i++) void asked(joined, request('a.example.org'))
    void asked(joined, request('b.example.org'))
    const overloaded = { ok: false, fault: 'overloaded', upstreamIndex: -1 }
    expect(await asked(joined, request('a.example.org'))).toEqual(overloaded)
    expect(await asked(joined, request('c.example.org'))).toEqual(overloaded)
    expect(joined.counters.overloaded).toBe(2)
  })

  it('answers all that wait, and whatever comes, when it has to give up', async () => {
    const { upstream, joined } = setUp()
    const replies = [asked(joined, request('a.example.org')), asked(joined, request('b.example.org'))]
    joined.giveUp()
    replies.push(asked(joined, request('c.example.org')))
    for (const each of await Promise.all(replies)) expect(each).toMatchObject({ ok: false, fault: 'overloaded' })
    expect(upstream.held.length).toBe(2)
    upstream.release()
  })
})
