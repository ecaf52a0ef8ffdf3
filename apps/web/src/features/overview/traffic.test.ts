import type { OutcomeCounts, Sample } from '@weir/shared/contract/stats'
import { describe, expect, it } from 'vitest'
import { describeTraffic, stackedColumns, totalOf, trafficOfSamples, trafficOfSeries } from './traffic.ts'

const counts = (patch: Partial<OutcomeCounts>): OutcomeCounts => ({
  cached: 0,
  forwarded: 0,
  blocked: 0,
  rewritten: 0,
  local: 0,
  failed: 0,
  refused: 0,
  dropped: 0,
  stale: 0,
  ...patch,
})
const latency = { p50Ms: 1, p95Ms: 4, p99Ms: 9 }
const point = (at: number, byOutcome: Partial<OutcomeCounts>) => ({
  at,
  total: 0,
  byOutcome: counts(byOutcome),
  ...latency,
})
const series = (points: ReturnType<typeof point>[], previous: ReturnType<typeof point>[] = []) =>
  trafficOfSeries({ range: '1h', bucketSeconds: 60, spanSeconds: 3600, from: 0, until: 600_000, points, previous })

describe('the data of the traffic chart', () => {
  it('turns counts of a bucket into rates, families added up', () => {
    const { rows } = series([point(60_000, { cached: 60, stale: 60, blocked: 30 })])
    expect(rows[0]?.byFamily).toMatchObject({ cached: 2, blocked: 0.5, forwarded: 0 })
  })

  it('counts the bucket that is not over by the part that has passed', () => {
    const { rows } = series([point(570_000, { forwarded: 60 })])
    expect(rows[0]?.byFamily?.forwarded).toBe(2)
  })

  it('leaves a gap where buckets are missing, never zeros', () => {
    const { rows } = series([point(0, { cached: 60 }), point(300_000, { cached: 60 })])
    expect(rows.map((row) => [row.at, totalOf(row)])).toEqual([
      [0, 1],
      [60, null],
      [240, null],
      [300, 1],
    ])
  })

  it('lays the period before over this one, also where this one has a gap', () => {
    const earlier = (at: number, total: number) => ({ ...point(at - 3_600_000, {}), total })
    const { rows } = series(
      [point(0, { cached: 60 }), point(60_000, { cached: 60 })],
      [earlier(0, 120), earlier(120_000, 30)],
    )
    expect(rows.map((row) => [row.at, totalOf(row), row.before?.qps])).toEqual([
      [0, 1, 2],
      [60, 1, undefined],
      [120, null, 0.5],
    ])
  })

  it('stacks from all families down to the first', () => {
    const { rows } = series([point(0, { cached: 60, forwarded: 120, failed: 60 })])
    expect(stackedColumns(rows).map((column) => column[0])).toEqual([4, 3, 3, 3, 1])
  })

  it('ends live data at now, however old the last sample is', () => {
    const sample = { at: 100_000, byOutcome: counts({ cached: 5 }), ...latency } as Sample
    expect(trafficOfSamples([sample], 300, 130_000)).toMatchObject({ from: -170, until: 130 })
  })

  it('says in words what it shows', () => {
    const text = describeTraffic(series([point(0, { cached: 60 }), point(60_000, { cached: 90, blocked: 90 })]))
    expect(text).toContain('About 240 queries: from cache 62.5 %')
    expect(text).toContain('Peak 3.0 per second')
    expect(describeTraffic(series([]))).toBe('No data in this range.')
  })
})
