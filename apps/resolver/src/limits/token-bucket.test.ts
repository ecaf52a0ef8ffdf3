import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { RateLimiter } from './token-bucket.ts'

const octets = (address: string) => toMapped(parseAddress(address)!)
const client = octets('192.0.2.1')

const askTimes = (limiter: RateLimiter, address: Uint8Array, times: number, nowMs: number) =>
  Array.from({ length: times }, () => limiter.mayAsk(address, nowMs)).filter(Boolean).length

describe('RateLimiter', () => {
  it('never refuses without a limit', () => {
    expect(askTimes(new RateLimiter(0), client, 1000, 0)).toBe(1000)
  })

  it('lets a quiet client burst two seconds worth, then holds it to its rate', () => {
    const limiter = new RateLimiter(10)
    expect(askTimes(limiter, client, 100, 0)).toBe(20)
    expect(askTimes(limiter, client, 100, 500)).toBe(5)
    expect(limiter.refused).toBe(175)
  })

  it('counts an IPv6 client by its /64', () => {
    const limiter = new RateLimiter(5)
    expect(askTimes(limiter, octets('2001:db8::1'), 20, 0)).toBe(10)
    expect(askTimes(limiter, octets('2001:db8::ffff'), 20, 0)).toBe(0)
  })

  it('gives nothing back when the clock stands or goes backwards', () => {
    const limiter = new RateLimiter(5)
    askTimes(limiter, client, 10, 1000)
    expect(limiter.mayAsk(client, 500)).toBe(false)
  })
})
