import { OUTCOMES } from '@weir/shared/log/outcomes'
import { SEGMENT_ROWS } from '@weir/shared/log/segment'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogFixture, type LoggedQuery } from '../../testing/log-fixture.ts'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

const HOUR_MS = 3_600_000
const CLIENTS = ['192.0.2.1', '192.0.2.17', '2001:db8::1']

let api: TestApi
let log: LogFixture
let queries: LoggedQuery[]

/** A full segment and an open one, over ten days up to now. */
beforeAll(async () => {
  api = await startTestApi()
  log = new LogFixture(api.deps.log.path)
  const rows = SEGMENT_ROWS + 700
  const stepMs = (240 * HOUR_MS) / rows
  const start = api.clock.now() - rows * stepMs
  queries = Array.from({ length: rows - 1 }, (_, i) => ({
    id: i + 1,
    at: Math.round(start + i * stepMs),
    name: i % 7 === 3 ? `tracker${i % 5}.example` : `site${(i * i) % 11}.example`,
    client: CLIENTS[i % 3 === 0 ? 0 : i % 500 === 1 ? 2 : 1]!,
    qtype: 1,
    rcode: 0,
    outcome: i % 7 === 3 ? 'blocked' : OUTCOMES[i % 2]!,
    ruleId: null,
    listId: null,
  }))
  log.add(queries)
  log.seal(0)
}, 120_000)
afterAll(async () => {
  log.close()
  await api.close()
})

const activity = async (client: string, range = '24h') =>
  (await api.call('GET', `/api/v1/queries/client-activity?client=${encodeURIComponent(client)}&range=${range}`)).json

/** The oracle: every row. */
function expected(client: string, rangeMs: number) {
  const mine = queries.filter((query) => query.client === client && query.at >= api.clock.now() - rangeMs)
  const top = (rows: LoggedQuery[]) => {
    const counts = new Map<string, number>()
    for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1)
    return [...counts.values()].sort((a, b) => b - a).slice(0, 8)
  }
  const blocked = mine.filter(({ outcome }) => outcome === 'blocked')
  return { queries: mine.length, blocked: blocked.length, names: top(mine), blockedNames: top(blocked) }
}

describe('GET /queries/client-activity', () => {
  it.each(CLIENTS.flatMap((client) => [[client, '24h', 24] as const, [client, '7d', 168] as const]))(
    'counts what %s asked for in %s, as a look at every row does',
    async (client, range, hours) => {
      const found = await activity(client, range)
      const oracle = expected(client, hours * HOUR_MS)
      const counts = (names: { count: number }[]) => names.map(({ count }) => count)
      expect({ ...found, names: counts(found.names), blockedNames: counts(found.blockedNames) }).toMatchObject(oracle)
      expect(found).toMatchObject({ state: 'ok', isWhole: true, from: api.clock.now() - hours * HOUR_MS })
      for (const { name, count, share } of found.names) {
        expect(name).toMatch(/\.example$/)
        expect(share).toBeCloseTo(count / found.queries)
      }
      for (const { name, count, share } of found.blockedNames) {
        expect(name).toMatch(/^tracker/)
        expect(share).toBeCloseTo(count / found.blocked)
      }
    },
  )

  it('means the whole address, not one that begins with it', async () => {
    expect(await activity('192.0.2.')).toMatchObject({ queries: 0, names: [], isWhole: true })
  })

  it('says from when on it counts where there was no time for all', async () => {
    const { monotonic } = api.clock
    let calls = 0
    // A second goes by at each look: none is left after the open end and a part of the first full segment.
    api.clock.monotonic = () => monotonic.call(api.clock) + calls++ * 100
    const found = await activity('192.0.2.17', '7d')
    api.clock.monotonic = monotonic
    expect(found.isWhole).toBe(false)
    expect(found.from).toBeGreaterThan(api.clock.now() - 168 * HOUR_MS)
    expect(found.queries).toBe(queries.filter(({ client, at }) => client === '192.0.2.17' && at >= found.from).length)
  })

  it('refuses a range it does not know', async () => {
    const reply = await api.call('GET', '/api/v1/queries/client-activity?client=192.0.2.1&range=1y')
    expect([reply.status, faultyFields(reply)]).toEqual([422, ['range']])
  })
})
