import { ManualClock } from '@weir/shared/clock'
import { Sample } from '@weir/shared/contract/stats'
import { OUTCOMES, type Outcome } from '@weir/shared/log/outcomes'
import { describe, expect, it } from 'vitest'
import { Counters, createCounters, LOG_LOST_AT } from './counters.ts'
import { Sampler } from './sampler.ts'

function setUp() {
  const slices = [createCounters(), createCounters()]
  const clock = new ManualClock()
  const sampler = new Sampler(
    {
      counters: slices,
      cache: () => ({ entryCount: 12, sizeOctets: 3000 }),
      ruleIndexOctets: () => 5000,
      inFlight: () => 4,
      logDropped: () => 10,
    },
    clock,
  )
  const count = (worker: number, outcome: Outcome, queries: number, us = 1000): void => {
    const counters = new Counters(slices[worker]!)
    for (let i = 0; i < queries; i++) {
      counters.countQueries(1, OUTCOMES.indexOf(outcome), 0, 1, 0, 0)
      counters.countLatency(us, outcome === 'forwarded')
    }
  }
  return { slices, clock, sampler, count }
}

describe('the sampler', () => {
  it('describes the time since the sample before, over all workers', () => {
    const { slices, clock, sampler, count } = setUp()
    count(0, 'cached', 60)
    count(1, 'forwarded', 20, 30_000)
    count(1, 'blocked', 20)
    new Counters(slices[0]!).add(LOG_LOST_AT, 5)
    clock.advance(2000)
    const sample = sampler.sample()
    expect(Sample.parse(sample)).toEqual(sample)
    expect(sample).toMatchObject({ at: clock.now(), qps: 50, cacheHitRate: 0.75, blockRate: 0.2, inFlight: 4 })
    expect(sample).toMatchObject({ cacheEntries: 12, logDropped: 15 })
    expect(sample.byOutcome).toMatchObject({ cached: 30, forwarded: 10, blocked: 10, failed: 0 })
    expect(sample.p50Ms).toBeCloseTo(1, 0)
    expect(sample.p99Ms).toBeGreaterThan(25)
    const { residentOctets, ruleIndexOctets, cacheOctets, heapOctets, otherOctets } = sample.memory
    expect(ruleIndexOctets + cacheOctets + heapOctets + otherOctets).toBe(residentOctets)
  })

  it('has no rates for a second without queries', () => {
    const { clock, sampler, count } = setUp()
    count(0, 'cached', 5)
    clock.advance(1000)
    sampler.sample()
    clock.advance(1000)
    expect(sampler.sample()).toMatchObject({ qps: 0, cacheHitRate: null, blockRate: null, p50Ms: null })
  })

  it('keeps five minutes, and tells its listeners until they leave', () => {
    const { clock, sampler } = setUp()
    const heard: number[] = []
    const leave = sampler.subscribe(({ at }) => heard.push(at))
    for (let i = 0; i < 310; i++) {
      clock.advance(1000)
      sampler.sample()
      if (i === 1) leave()
    }
    expect(sampler.recent).toHaveLength(300)
    expect(sampler.recent.at(-1)?.at).toBe(clock.now())
    expect(heard).toHaveLength(2)
  })
})
