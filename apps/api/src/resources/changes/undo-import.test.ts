/** Undoing an import that is too much for one transaction. */
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

/** Above what one transaction may write. */
const RULES = 25_000

let api: TestApi
let importId: number
beforeEach(async () => {
  api = await startTestApi()
  await api.call('POST', '/api/v1/rules', { body: { action: 'block', match: 'exact', pattern: 'mine.example' } })
  const text = Array.from({ length: RULES }, (_, at) => `n${at}.example\n`).join('')
  await api.call('POST', '/api/v1/rules/import', { body: { text } })
  importId = (await newest(api)).id
}, 60_000)
afterEach(() => api.close())

const newest = async ({ call }: TestApi) => (await call('GET', '/api/v1/changes?limit=1')).json.items[0]
const count = ({ deps }: TestApi) => deps.database.prepare<[], number>('SELECT count(*) FROM rule').pluck().get()
const jobs = ({ deps }: TestApi) => deps.database.prepare<[], number>('SELECT count(*) FROM undo_job').pluck().get()

it('goes on answering, lets nobody change anything meanwhile, and can be taken back', async () => {
  const progress: unknown[] = []
  api.deps.events.subscribe(({ name, data }) => name === 'undo' && progress.push(data))
  const undoing = api.call('POST', `/api/v1/changes/${importId}/undo`)
  await until(() => progress.length > 2)
  expect((await api.call('GET', '/api/v1/rules?limit=1')).status).toBe(200)
  const other = await api.call('POST', '/api/v1/rules', {
    body: { action: 'block', match: 'exact', pattern: 'other.example' },
  })
  expect(other).toMatchObject({ status: 503, json: { code: 'database-busy' } })
  const undone = await undoing
  expect(undone).toMatchObject({ status: 200, json: { undone: 1 } })
  expect(progress.length).toBeGreaterThan(20)
  expect(count(api)).toBe(1)
  expect(await newest(api)).toMatchObject({ summary: `undo of change ${importId}: ${RULES} imported rules` })
  expect((await api.call('POST', `/api/v1/revisions/${undone.json.revision}/undo`)).status).toBe(200)
  expect(count(api)).toBe(RULES + 1)
}, 60_000)

it('is finished at the next start when the process was killed meanwhile', async () => {
  const copy = join(api.deps.dataDir, 'killed.db')
  let parts = 0
  // What a kill leaves: the database as it is between two transactions.
  api.deps.events.subscribe(({ name }) => {
    if (name === 'undo' && ++parts === 5) api.deps.database.prepare('VACUUM INTO ?').run(copy)
  })
  await api.call('POST', `/api/v1/changes/${importId}/undo`, { headers: { 'weir-comment': 'not what I meant' } })
  const next = await startTestApi({ weirDb: copy })
  try {
    await until(() => jobs(next) === 0)
    expect(count(next)).toBe(1)
    const { id, revision, comment } = await newest(next)
    expect(comment).toBe('not what I meant')
    expect((await next.call('GET', `/api/v1/changes?revision=${revision}`)).json.items).toHaveLength(1)
    await next.call('POST', `/api/v1/changes/${id}/undo`)
    expect(count(next)).toBe(RULES + 1)
  } finally {
    await next.close()
  }
}, 60_000)

it('is taken back whole when something stands against it half-way', async () => {
  const { id: listed } = (await api.call('POST', '/api/v1/groups', { body: { name: 'A', clients: ['192.0.2.1'] } }))
    .json
  const rules = 2100
  const ids = Array.from({ length: rules }, (_, at) => at + 2)
  const { revision } = (await api.call('PATCH', `/api/v1/groups/${listed}`, { body: { clients: [] } })).json
  // Holds what the group would take back.
  await api.call('POST', '/api/v1/groups', { body: { name: 'B', clients: ['192.0.2.1'] } })
  const [blocker] = (await api.call('GET', '/api/v1/changes?limit=1')).json.items
  await api.call('POST', '/api/v1/rules/bulk', { body: { ids, operation: 'delete' } })
  const { items } = (await api.call('GET', '/api/v1/changes?limit=1')).json
  expect(count(api)).toBe(RULES + 1 - rules)
  const select = { revisions: [items[0].revision, revision] }
  const reply = await api.call('POST', '/api/v1/undo', { body: { select } })
  expect(reply.status).toBe(409)
  expect(reply.json.detail).toContain('192.0.2.1 belongs to the group B')
  expect(blocker.summary).toBe('group B')
  expect(count(api)).toBe(RULES + 1 - rules)
  expect(jobs(api)).toBe(0)
}, 120_000)

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
