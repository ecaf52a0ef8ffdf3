import { ManualClock } from '@weir/shared/clock'
import { expect, it } from 'vitest'
import { AttemptLimiter } from './attempt-limiter.ts'

const limits = { perAddress: 2, overall: 5, windowMs: 60_000 }
const take = (limiter: AttemptLimiter, address: string): boolean => {
  try {
    limiter.take(address)
    return true
  } catch {
    return false
  }
}

it('gives every address its attempts, and back again with time', () => {
  const clock = new ManualClock()
  const limiter = new AttemptLimiter(clock, limits)
  expect([1, 2, 3].map(() => take(limiter, '192.0.2.1'))).toEqual([true, true, false])
  expect(take(limiter, '192.0.2.2')).toBe(true)
  clock.advance(30_000)
  expect([1, 2].map(() => take(limiter, '192.0.2.1'))).toEqual([true, false])
})

it('counts the addresses of one IPv6 network, and both forms of an IPv4 address, as one', () => {
  const limiter = new AttemptLimiter(new ManualClock(), limits)
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => take(limiter, address))).toEqual([
    true,
    true,
    false,
  ])
  expect(take(limiter, '2001:db8:0:1::1')).toBe(true)
  const mapped = new AttemptLimiter(new ManualClock(), limits)
  expect(['192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1'].map((address) => take(mapped, address))).toEqual([
    true,
    true,
    false,
  ])
})

it('bounds all addresses together', () => {
  const limiter = new AttemptLimiter(new ManualClock(), limits)
  const taken = Array.from({ length: 9 }, (_, i) => take(limiter, `192.0.2.${i}`))
  expect(taken.filter(Boolean)).toHaveLength(5)
})

it('does not count an attempt that was given back, nor give more than the limit', () => {
  const limiter = new AttemptLimiter(new ManualClock(), limits)
  for (let i = 0; i < 10; i++) {
    limiter.take('192.0.2.1')
    limiter.giveBack('192.0.2.1')
  }
  expect([1, 2, 3].map(() => take(limiter, '192.0.2.1'))).toEqual([true, true, false])
})
