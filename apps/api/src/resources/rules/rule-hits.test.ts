import { join } from 'node:path'
import { bucketStart, HIT_KINDS, Resolution } from '@weir/shared/log/rollup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogFixture } from '../../testing/log-fixture.ts'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
let ids: number[]
beforeAll(async () => {
  api = await startTestApi()
  ids = []
  for (const pattern of ['a.example.org', 'b.example.org', 'c.example.org', 'd.example.org']) {
    const body = { action: 'block', match: 'exact', pattern }
    ids.push((await api.call('POST', '/api/v1/rules', { body })).json.id)
  }
})
afterAll(() => api.close())

const rules = async (query = '') => (await api.call('GET', `/api/v1/rules${query}`)).json

describe('the hits of rules', () => {
  it('are unknown without a log', async () => {
    expect((await rules()).items.map(({ hits }: { hits: unknown }) => hits)).toEqual([null, null, null, null])
    expect((await api.call('GET', `/api/v1/rules/${ids[0]}`)).json.hits).toBeNull()
    expect((await rules('?sort=-hits')).items).toHaveLength(4)
  })

  it('stand beside each rule, and order them', async () => {
    const log = new LogFixture(join(api.deps.dataDir, 'log.db'))
    const now = api.clock.now()
    const today = bucketStart(now, Resolution.Day)
    const insert = log.database.prepare('INSERT INTO hit (kind, id, day, count, last_at) VALUES (?, ?, ?, ?, ?)')
    const kind = HIT_KINDS.indexOf('rule')
    insert.run(kind, ids[1], today, 5, now - 10)
    insert.run(kind, ids[1], today - 86_400_000, 2, now - 86_400_000)
    insert.run(kind, ids[2], today, 3, now)
    insert.run(HIT_KINDS.indexOf('shadow-rule'), ids[3], today, 9, now)
    log.database.close()

    const order = async (sort: string) =>
      (await rules(`?sort=${sort}`)).items.map(({ id }: { id: number }) => ids.indexOf(id))
    expect(await order('-hits')).toEqual([1, 2, 3, 0])
    expect(await order('hits')).toEqual([0, 3, 2, 1])
    expect(await order('-shadowHits')).toEqual([3, 2, 1, 0])
    expect((await api.call('GET', `/api/v1/rules/${ids[3]}`)).json).toMatchObject({
      hits: { recent: 0 },
      shadowHits: { recent: 9 },
    })
    expect(await order('-lastHitAt')).toEqual([2, 1, 3, 0])
    expect((await api.call('GET', `/api/v1/rules/${ids[1]}`)).json.hits).toEqual({
      today: 5,
      recent: 7,
      lastHitAt: now - 10,
    })
    const first = await rules('?sort=-hits&limit=2')
    expect(first.items[1].hits).toMatchObject({ recent: 3 })
    const second = await rules(`?sort=-hits&limit=2&cursor=${first.nextCursor}`)
    expect(second.items.map(({ id }: { id: number }) => ids.indexOf(id))).toEqual([3, 0])
    expect(second.nextCursor).toBeNull()
  })
})
