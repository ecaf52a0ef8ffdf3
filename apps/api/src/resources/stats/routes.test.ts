import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogFixture } from '../../testing/log-fixture.ts'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

let api: TestApi
let log: LogFixture
/** Start of the running minute, hour and day: the test clock begins at midnight. */
let now = 0
beforeEach(async () => {
  api = await startTestApi()
  log = new LogFixture(api.deps.log.path)
  now = api.clock.now()
})
afterEach(async () => {
  log.close()
  await api.close()
})

describe('GET /stats/series', () => {
  it('has a point for each bucket with data, and none for a gap', async () => {
    log.addRollup(60, now, { cached: 3, blocked: 1 }, 2)
    log.addRollup(60, now - 2 * MINUTE_MS, { cached: 5 }, 2)
    log.addRollup(60, now - 20 * MINUTE_MS, { cached: 99 }, 2)
    const { json } = await api.call('GET', '/api/v1/stats/series?range=15m')
    expect(json).toMatchObject({ range: '15m', bucketSeconds: 60, until: now, from: now - 14 * MINUTE_MS })
    expect(json.points.map(({ at, total }: { at: number; total: number }) => [at, total])).toEqual([
      [now - 2 * MINUTE_MS, 5],
      [now, 4],
    ])
    expect(json.points[1].byOutcome).toMatchObject({ cached: 3, blocked: 1, forwarded: 0 })
    expect(json.points[1].p50Ms).toBeGreaterThan(1.7)
    expect(json.points[1].p50Ms).toBeLessThan(2.3)
  })

  it('adds minutes up to the buckets of a day', async () => {
    for (let i = 0; i < 10; i++) log.addRollup(60, now - i * MINUTE_MS, { cached: 1 }, 1)
    const { json } = await api.call('GET', '/api/v1/stats/series?range=24h')
    expect(json.points.map(({ total }: { total: number }) => total)).toEqual([4, 5, 1])
    for (const { at } of json.points) expect(at % (5 * MINUTE_MS)).toBe(0)
  })

  it('reads days for a year', async () => {
    log.addRollup(86_400, now - 300 * DAY_MS, { forwarded: 7 }, 30)
    log.addRollup(3600, now - HOUR_MS, { forwarded: 1 }, 30)
    const { json } = await api.call('GET', '/api/v1/stats/series?range=1y')
    expect(json.points).toHaveLength(1)
    expect(json.points[0].total).toBe(7)
  })

  it('tells what the range before it had, to compare with', async () => {
    log.addRollup(60, now, { cached: 2 }, 1)
    log.addRollup(60, now - 15 * MINUTE_MS, { cached: 7 }, 1)
    log.addRollup(60, now - 29 * MINUTE_MS, { cached: 1 }, 1)
    log.addRollup(60, now - 30 * MINUTE_MS, { cached: 99 }, 1)
    const { json } = await api.call('GET', '/api/v1/stats/series?range=15m')
    expect(json.spanSeconds).toBe(900)
    const shifted = json.previous.map(({ at, total }: { at: number; total: number }) => [at + 900_000, total])
    expect(shifted).toEqual([
      [now - 14 * MINUTE_MS, 1],
      [now, 7],
    ])
    expect(json.points).toHaveLength(1)
  })

  it('refuses a range it does not know', async () => {
    expect((await api.call('GET', '/api/v1/stats/series?range=2d')).status).toBe(422)
  })
})

describe('GET /stats/summary', () => {
  it('adds up the range and the one before', async () => {
    log.addRollup(60, now, { cached: 6, forwarded: 2, blocked: 2 }, 4)
    log.addRollup(60, now - HOUR_MS - MINUTE_MS, { cached: 3 }, 4)
    log.addTop(300, now, 'clients', { '192.0.2.1': 6, '192.0.2.2': 4 })
    const { json } = await api.call('GET', '/api/v1/stats/summary?range=1h')
    expect(json).toMatchObject({ total: 10, blockRate: 0.2, cacheHitRate: 0.75, clients: 2, previousTotal: 3 })
  })

  it('has no rates and nothing before without data', async () => {
    const { json } = await api.call('GET', '/api/v1/stats/summary')
    expect(json).toMatchObject({ total: 0, blockRate: null, cacheHitRate: null, p50Ms: null, previousTotal: null })
  })
})

describe('GET /stats/top', () => {
  it('adds up the buckets, most frequent first', async () => {
    log.addRollup(3600, now, { cached: 60, blocked: 40 }, 1)
    log.addTop(3600, now, 'names', { 'a.example.org': 10, 'b.example.org': 30 })
    log.addTop(3600, now - HOUR_MS, 'names', { 'a.example.org': 40 })
    log.addRollup(3600, now - HOUR_MS, { cached: 100 }, 1)
    log.addTop(3600, now - 30 * HOUR_MS, 'names', { 'old.example.org': 1000 })
    const { json } = await api.call('GET', '/api/v1/stats/top?kind=names&range=24h')
    expect(json.items).toEqual([
      { key: 'a.example.org', label: 'a.example.org', count: 50, share: 0.25 },
      { key: 'b.example.org', label: 'b.example.org', count: 30, share: 0.15 },
    ])
  })

  it('reads what is running from the finer buckets, which are written sooner', async () => {
    api.clock.advance(2 * HOUR_MS + 7 * MINUTE_MS)
    const names = (count: number) => ({ 'a.example.org': count })
    log.addTop(86_400, now - DAY_MS, 'names', names(1000))
    log.addTop(86_400, now, 'names', names(1))
    log.addTop(3600, now, 'names', names(100))
    log.addTop(3600, now + HOUR_MS, 'names', names(200))
    log.addTop(3600, now + 2 * HOUR_MS, 'names', names(1))
    log.addTop(300, now + 2 * HOUR_MS, 'names', names(10))
    log.addTop(300, now + 2 * HOUR_MS + 5 * MINUTE_MS, 'names', names(20))
    const count = async (range: string): Promise<number> =>
      (await api.call('GET', `/api/v1/stats/top?kind=names&range=${range}`)).json.items[0].count
    expect([await count('15m'), await count('24h'), await count('30d')]).toEqual([30, 330, 1330])
  })

  it('calls lists and clients by their names', async () => {
    api.deps.database
      .prepare(
        `INSERT INTO list (id, name, kind, source, position, created_at, updated_at, revision)
         VALUES (3, 'Trackers', 'block', 'content', 1, 0, 0, 1)`,
      )
      .run()
    api.deps.database
      .prepare("INSERT INTO client (name, prefix, group_id, revision) VALUES ('Phone', '192.0.2.1', 1, 1)")
      .run()
    log.addTop(3600, now, 'lists', { 3: 5, 4: 1 })
    log.addTop(3600, now, 'clients', { '192.0.2.1': 5, '192.0.2.2': 1 })
    const labels = async (kind: string): Promise<string[]> =>
      (await api.call('GET', `/api/v1/stats/top?kind=${kind}`)).json.items.map(({ label }: { label: string }) => label)
    expect(await labels('lists')).toEqual(['Trackers', '4'])
    expect(await labels('clients')).toEqual(['Phone', '192.0.2.2'])
  })
})

describe('GET /stats/recent', () => {
  it('passes on what the resolver keeps, and is empty while it is down', async () => {
    expect((await api.call('GET', '/api/v1/stats/recent')).json).toEqual({ items: [] })
    await api.resolver.stop()
    expect((await api.call('GET', '/api/v1/stats/recent')).json).toEqual({ items: [] })
  })
})
