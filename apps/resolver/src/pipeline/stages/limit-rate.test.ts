import { describe, expect, it } from 'vitest'
import { createRateTable, RateLimiter } from '../../limits/token-bucket.ts'
import { Outcome } from '../../query/outcome.ts'
import { CookieState, QueryContext, Transport } from '../../query/query-context.ts'
import { limitRate } from './limit-rate.ts'

const query = (transport: Transport, cookieState: CookieState): QueryContext => {
  const context = new QueryContext(new Uint8Array(12), new Uint8Array(512))
  context.transport = transport
  context.cookieState = cookieState
  context.startedAtMs = 0
  return context
}

/** What becomes of 40 queries beyond the rate, by outcome and fault. */
function beyond(transport: Transport, cookieState: CookieState): Record<string, number> {
  const limiter = new RateLimiter(5, createRateTable())
  const stage = limitRate(() => limiter)
  const counts: Record<string, number> = {}
  for (let i = 0; i < 50; i++) {
    const asked = query(transport, cookieState)
    const outcome = Object.keys(Outcome)[stage.run(asked)]!
    const words = asked.fault === null ? outcome : `${outcome} ${asked.fault}`
    counts[words] = (counts[words] ?? 0) + 1
  }
  return counts
}

describe('limit-rate', () => {
  it.each([
    ['drops half, and sends the other half to TCP', Transport.Udp, CookieState.None, 'rate-limited'],
    ['gives a cookie to half of those who know cookies', Transport.Udp, CookieState.ClientOnly, 'bad-cookie'],
    ['gives a good cookie to half of those who have a wrong one', Transport.Udp, CookieState.Wrong, 'bad-cookie'],
  ])('%s', (_, transport, cookieState, fault) => {
    const dropped = 20
    expect(beyond(transport, cookieState)).toEqual({
      Continue: 10,
      'Dropped rate-limited': dropped,
      [`Answered ${fault}`]: 20,
    })
  })

  it.each([
    [Transport.Udp, CookieState.Valid],
    [Transport.Tcp, CookieState.None],
    [Transport.Https, CookieState.None],
  ])('drops all of those who prove their address: transport %i, cookie %i', (transport, cookieState) => {
    expect(beyond(transport, cookieState)).toEqual({ Continue: 10, 'Dropped rate-limited': 40 })
  })

  it('lets the real owner of a forged address through, by cookie or over TCP', () => {
    const limiter = new RateLimiter(5, createRateTable())
    const stage = limitRate(() => limiter)
    for (let i = 0; i < 1000; i++) stage.run(query(Transport.Udp, CookieState.None))
    expect(stage.run(query(Transport.Udp, CookieState.Valid))).toBe(Outcome.Continue)
    expect(stage.run(query(Transport.Tcp, CookieState.None))).toBe(Outcome.Continue)
  })
})
