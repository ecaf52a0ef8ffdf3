import { afterEach, beforeEach, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const patch = (path: string, body: object) => api.call('PATCH', `/api/v1/${path}`, { body, as: 'operator' })

it('lists services by category, all off at first', async () => {
  const { categories, items } = (await api.call('GET', '/api/v1/services', { as: 'viewer' })).json
  expect(items.length).toBeGreaterThanOrEqual(60)
  expect(items.every(({ enabled }: { enabled: boolean }) => !enabled)).toBe(true)
  const known = categories.map(({ id }: { id: string }) => id)
  for (const { category } of items) expect(known).toContain(category)
  expect(items[0]).toMatchObject({ id: 'youtube', category: 'video', groups: [], answer: null })
})

it('switches a service, for some groups and with its own answer', async () => {
  const group = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json.id
  const saved = await patch('services/tiktok', { enabled: true, groups: [group], answer: { kind: 'nxdomain' } })
  const expected = { id: 'tiktok', enabled: true, groups: [group], answer: { kind: 'nxdomain' } }
  expect(saved).toMatchObject({ status: 200, json: { ...expected, applied: true } })
  const read = await api.call('GET', '/api/v1/services/tiktok', { as: 'viewer' })
  expect(read.json).toMatchObject(expected)
  // A group that a service names is not deleted: its id may be used again.
  expect((await api.call('DELETE', `/api/v1/groups/${group}`)).status).toBe(409)

  const stale = await api.call('PATCH', '/api/v1/services/tiktok', {
    body: { enabled: false },
    headers: { 'if-match': '"1"' },
  })
  expect(stale.status).toBe(412)
  const released = await api.call('PATCH', '/api/v1/services/tiktok', {
    body: { enabled: false, groups: [], answer: null },
    headers: { 'if-match': String(read.headers.etag) },
  })
  expect(released.json).toMatchObject({ enabled: false, groups: [], answer: null })
  expect((await api.call('DELETE', `/api/v1/groups/${group}`)).status).toBe(200)
})

it('switches several services in one revision, and tells how many changed', async () => {
  await patch('services/steam', { enabled: true })
  const { json } = await patch('services', { ids: ['roblox', 'steam', 'roblox'], enabled: true })
  expect(json).toMatchObject({
    changed: 1,
    items: [
      { id: 'roblox', enabled: true },
      { id: 'steam', enabled: true },
    ],
  })
  const refused = await patch('services', { ids: ['minecraft', 'no-such-game'], enabled: true })
  expect(refused).toMatchObject({ status: 404, json: { detail: "there is no service 'no-such-game'" } })
  expect((await api.call('GET', '/api/v1/services/minecraft')).json.enabled).toBe(false)
})

it('switches several only as they were seen, and says who was faster', async () => {
  const { version } = (await patch('services/steam', { enabled: true })).json
  const both = (match: string) =>
    api.call('PATCH', '/api/v1/services', {
      body: { ids: ['roblox', 'steam'], enabled: false },
      headers: { 'if-match': match },
    })
  // Never switched: version 0.
  expect((await both(`"0", "${version}"`)).status).toBe(200)
  await patch('services/steam', { enabled: true, shadow: true })
  expect(await both(`"0", "${version}"`)).toMatchObject({
    status: 412,
    json: { changedBy: { actor: 'token:operator', summary: 'service Steam: on' } },
  })
  expect((await api.call('GET', '/api/v1/services/steam')).json).toMatchObject({ enabled: true, shadow: true })
})

it('switches safe search of an engine', async () => {
  const { json } = await patch('safe-search/google', { enabled: true })
  expect(json).toMatchObject({ id: 'google', enabled: true, target: 'forcesafesearch.google.com' })
  const { items } = (await api.call('GET', '/api/v1/safe-search', { as: 'viewer' })).json
  expect(items.map(({ id, enabled }: { id: string; enabled: boolean }) => (enabled ? id : '')).join('')).toBe('google')
})

it.each([
  ['services/youtube', { groups: [99] }, 'groups[0]'],
  ['services/youtube', { answer: { kind: 'addresses', ipv4: ['192.0.2.300'] } }, 'answer.ipv4[0]'],
  ['services/youtube', { answer: { mx: 'no number' } }, 'answer.mx'],
  ['services/youtube', { on: true }, 'on'],
  ['safe-search/bing', { answer: { kind: 'null' } }, 'answer'],
  ['services', { ids: [], enabled: true }, 'ids'],
])('names the faulty field of PATCH %s %j', async (path, body, field) => {
  const reply = await patch(path, body)
  expect(reply.status).toBe(422)
  expect(faultyFields(reply)).toEqual([field])
})

it('lets nobody but operators switch', async () => {
  const reply = await api.call('PATCH', '/api/v1/services/youtube', { body: { enabled: true }, as: 'viewer' })
  expect(reply.status).toBe(403)
})

it('is put on trial, which the history takes back, and which going to act does not lose', async () => {
  await patch('services/youtube', { enabled: true, shadow: true })
  expect((await api.call('GET', '/api/v1/services/youtube')).json).toMatchObject({ enabled: true, shadow: true })
  await patch('services/youtube', { groups: [1] })
  expect((await api.call('GET', '/api/v1/services/youtube')).json.shadow).toBe(true)
  await patch('safe-search/bing', { enabled: true, shadow: true })
  await patch('safe-search/bing', { shadow: false })
  const { items } = (await api.call('GET', '/api/v1/changes?entity=safe-search')).json
  expect(items[0]).toMatchObject({ before: { shadow: true }, after: { shadow: false } })
  await api.call('POST', `/api/v1/changes/${items[0].id}/undo`)
  expect((await api.call('GET', '/api/v1/safe-search/bing')).json).toMatchObject({ enabled: true, shadow: true })
})

it('is undone from the history', async () => {
  await patch('services/youtube', { enabled: true })
  const { items } = (await api.call('GET', '/api/v1/changes?entity=service')).json
  expect(items[0]).toMatchObject({ summary: 'service YouTube: on', entityId: 'youtube', before: { enabled: false } })
  expect((await api.call('POST', `/api/v1/changes/${items[0].id}/undo`)).json).toMatchObject({ undone: 1 })
  expect((await api.call('GET', '/api/v1/services/youtube')).json.enabled).toBe(false)
})
