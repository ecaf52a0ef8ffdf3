import type { Sample } from '@weir/shared/contract/stats'
import { describe, expect, it } from 'vitest'
import { hourBefore, lastMinute, minuteFigures } from './minute-figures.ts'

const sample = (at: number, cached: number, blocked: number, p95Ms: number | null = 3): Sample =>
  ({ at, qps: cached + blocked, byOutcome: { cached, blocked }, p95Ms }) as unknown as Sample

describe('the last minute', () => {
  it('has a place per second and gaps where seconds are missing', () => {
    const places = lastMinute([sample(98_000, 1, 0), sample(100_000, 2, 0)], 100_400)
    expect(places).toHaveLength(60)
    expect(places.slice(-3).map((place) => place?.qps ?? null)).toEqual([1, null, 2])
  })

  it('moves on when samples stop coming', () => {
    const places = lastMinute([sample(100_000, 2, 0)], 110_000)
    expect(places.at(-1)).toBeNull()
    expect(places.at(-11)?.qps).toBe(2)
  })

  it('weighs rates by queries', () => {
    const figures = minuteFigures([sample(0, 0, 10, 1), sample(1000, 90, 0, 5), sample(2000, 0, 0, null)])
    expect(figures).toMatchObject({ blockRate: 0.1, cacheHitRate: 1 })
    expect(figures?.qps).toBeCloseTo(33.3, 1)
  })

  it('is unknown without samples', () => expect(minuteFigures([])).toBeNull())
})

describe('the same hour yesterday', () => {
  const week = (at: number) => ({
    range: '7d' as const,
    bucketSeconds: 3600,
    spanSeconds: 604_800,
    previous: [],
    from: 0,
    until: 0,
    points: [{ at, total: 3600, byOutcome: { cached: 1800, blocked: 1800 } as never, p50Ms: 1, p95Ms: 7, p99Ms: 9 }],
  })
  const now = 86_400_000 * 3 + 1_800_000
  it('is the bucket that holds that time', () => {
    expect(hourBefore(week(86_400_000 * 2), now)).toEqual({ qps: 1, blockRate: 0.5, cacheHitRate: 1, p95Ms: 7 })
  })
  it('is unknown where the history does not reach', () => expect(hourBefore(week(0), now)).toBeNull())
})
