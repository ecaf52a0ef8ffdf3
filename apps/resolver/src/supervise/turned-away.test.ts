import { describe, expect, it } from 'vitest'
import { TurnedAway } from './turned-away.ts'

describe('TurnedAway', () => {
  it('is told for a minute after the last one, with how many there were', () => {
    const turnedAway = new TurnedAway()
    turnedAway.see(0, 0)
    expect(turnedAway.faults(1000, 0)).toEqual([])
    turnedAway.see(1500, 1000)
    turnedAway.see(1700, 50_000)
    expect(turnedAway.faults(1000, 110_000)).toEqual([expect.stringMatching(/^1,700 queries .* 1,000 others/)])
    expect(turnedAway.faults(1000, 110_001)).toEqual([])
    turnedAway.see(1701, 200_000)
    expect(turnedAway.faults(1000, 200_000)).toEqual([expect.stringMatching(/^1 queries/)])
  })

  it('takes a worker that died, and counts from nothing, for no news', () => {
    const turnedAway = new TurnedAway()
    turnedAway.see(0, 0)
    turnedAway.see(10, 1000)
    turnedAway.see(3, 100_000)
    expect(turnedAway.faults(1000, 100_000)).toEqual([])
    turnedAway.see(5, 101_000)
    expect(turnedAway.faults(1000, 101_000)).toEqual([expect.stringMatching(/^2 queries/)])
  })
})
