import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { createRateTable, RateLimiter } from './token-bucket.ts'

const octets = (address: string) => toMapped(parseAddress(address)!)
const client = octets('192.0.2.1')

const askTimes = (limiter: RateLimiter, address: Uint8Array, times: number, nowMs: number, isProven = false) =>
  Array.from({ length: times }, () => limiter.mayAsk(address, nowMs, isProven)).filter(Boolean).length

describe('RateLimiter', () => {
  it('never refuses without a limit', () => {
    expect(askTimes(new RateLimiter(0, createRateTable()), client, 1000, 0)).toBe(1000)
  })

  it('lets a quiet client burst two seconds worth, then holds it to its rate', () => {
    const limiter = new RateLimiter(10, createRateTable())
    expect(askTimes(limiter, client, 100, 0)).toBe(20)
    expect(askTimes(limiter, client, 100, 500)).toBe(5)
    expect(limiter.refused).toBe(175)
  })

  it('counts an IPv6 client by its /64', () => {
    const limiter = new RateLimiter(5, createRateTable())
    expect(askTimes(limiter, octets('2001:db8::1'), 20, 0)).toBe(10)
    expect(askTimes(limiter, octets('2001:db8::ffff'), 20, 0)).toBe(0)
  })

  it('gives nothing back when the clock stands or goes backwards', () => {
    const limiter = new RateLimiter(5, createRateTable())
    askTimes(limiter, client, 10, 1000)
    expect(limiter.mayAsk(client, 500, false)).toBe(false)
  })

  it('is one rate for a client, whichever workers its queries reach, and whatever their clocks began with', () => {
    const table = createRateTable()
    const [one, other] = [new RateLimiter(10, table, 5000), new RateLimiter(10, table, 0)]
    expect(askTimes(one, client, 12, 0)).toBe(12)
    expect(askTimes(other, client, 12, 5000)).toBe(8)
    expect(askTimes(one, client, 12, 300)).toBe(3)
    expect(askTimes(other, octets('192.0.2.2'), 30, 5300)).toBe(20)
  })

  it('leaves those their rate who prove their address, whoever forges it', () => {
    const limiter = new RateLimiter(5, createRateTable())
    expect(askTimes(limiter, client, 1000, 0)).toBe(10)
    expect(askTimes(limiter, client, 20, 0, true)).toBe(10)
  })

  it('takes a new rate at once, and not what was counted by the old one', () => {
    const table = createRateTable()
    expect(askTimes(new RateLimiter(10, table), client, 30, 0)).toBe(20)
    expect(askTimes(new RateLimiter(2, table), client, 30, 0)).toBe(4)
    expect(askTimes(new RateLimiter(2, table), client, 30, 500)).toBe(1)
  })

  it('keeps to the rate over hours, while its numbers go round', () => {
    const limiter = new RateLimiter(1_000_000, createRateTable())
    let allowed = 0
    for (let second = 0; second < 7200; second += 60) allowed += askTimes(limiter, client, 10, second * 1000)
    expect(allowed).toBe(1200)
  })
})
