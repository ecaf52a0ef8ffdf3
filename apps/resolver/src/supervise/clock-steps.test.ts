import { ManualClock } from '@weir/shared/clock'
import { describe, expect, it } from 'vitest'
import { ClockSteps } from './clock-steps.ts'

describe('ClockSteps', () => {
  it('tells once by how much the clock was set back, and nothing of one that was set ahead', () => {
    const clock = new ManualClock()
    const steps = new ClockSteps(clock)
    const looks = [0, -7200_000, 0, 3600_000, -1500, -3600_000].map((jumpMs) => {
      clock.jump(jumpMs)
      clock.advance(1000)
      return steps.backMs()
    })
    expect(looks).toEqual([0, 7200_000, 0, 0, 0, 3600_000])
  })
})
