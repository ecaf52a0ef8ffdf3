import { ManualClock } from '@weir/shared/clock'
import { expect, it } from 'vitest'
import { holdingTime, TurnClock } from './turn-clock.ts'

it('stands still during batches of queries and of replies, and goes on behind them', () => {
  const system = new ManualClock()
  const clock = new TurnClock(system)
  const seen: number[] = []
  const look = (): void => {
    system.advance(1)
    seen.push(clock.monotonic())
  }
  const { batches, replies } = holdingTime(clock, {
    handle: () => undefined,
    batches: { begin: look, end: look },
    replies: { begin: look, end: look },
  })
  batches!.begin(0.5)
  batches!.end()
  expect(seen).toEqual([0.5, 0.5])
  look()
  expect(seen.at(-1)).toBe(3)
  replies!.begin()
  replies!.end()
  expect(seen.slice(-2)).toEqual([3, 3])
  look()
  expect(seen.at(-1)).toBe(6)
  expect(clock.now()).toBe(system.now())
})
