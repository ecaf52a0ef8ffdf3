/** What is done to the clients of a group, in the group and by their own entries: nothing of it gets lost. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
let kids: { id: number; version: number }
beforeEach(async () => {
  api = await startTestApi()
  kids = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids', clients: ['192.0.2.6'] } })).json
})
afterEach(() => api.close())

const TABLET = { identifier: '192.0.2.7', name: 'Tablet', tags: ['small'], comment: 'of Ida' }
const url = () => `/api/v1/groups/${kids.id}`
const group = async () => (await api.call('GET', url())).json
const addTablet = async () =>
  (await api.call('POST', '/api/v1/clients', { body: { ...TABLET, groupId: kids.id }, as: 'operator' })).json
const entries = async () => (await api.call('GET', '/api/v1/clients')).json.items
const edit = (body: object) => api.call('PATCH', url(), { body, headers: { 'if-match': `"${kids.version}"` } })
const newest = async () => (await api.call('GET', '/api/v1/changes?limit=1')).json.items[0]
const undo = (id: number) => api.call('POST', `/api/v1/changes/${id}/undo`)

it('tells whoever edits a group that a client was put into it meanwhile, and by whom', async () => {
  await addTablet()
  expect(await edit({ clients: ['192.0.2.6', '192.0.2.8'] })).toMatchObject({
    status: 412,
    json: { changedBy: { actor: 'token:operator', summary: 'client Tablet (192.0.2.7)' } },
  })
  expect((await group()).clients).toEqual(['192.0.2.6', '192.0.2.7'])
})

it.each([
  ['moved away', (id: number) => api.call('PATCH', `/api/v1/clients/${id}`, { body: { groupId: 1 } })],
  ['removed', (id: number) => api.call('DELETE', `/api/v1/clients/${id}`)],
])('is edited by nobody who has not seen that a client was %s', async (_what, act) => {
  const { id } = await addTablet()
  kids = await group()
  await act(id)
  expect((await edit({ comment: 'c' })).status).toBe(412)
})

it('brings names, tags and comments of its clients back, when it left them out', async () => {
  await addTablet()
  await api.call('PATCH', url(), { body: { clients: ['192.0.2.6'] } })
  expect((await newest()).words).toContainEqual(expect.stringContaining('Tablet (192.0.2.7)'))
  expect(await entries()).toHaveLength(1)
  await undo((await newest()).id)
  expect(await entries()).toContainEqual(expect.objectContaining(TABLET))
})

it('brings them back when it was deleted', async () => {
  await addTablet()
  await api.call('DELETE', url())
  expect(await entries()).toEqual([])
  await undo((await newest()).id)
  expect(await entries()).toContainEqual(expect.objectContaining({ ...TABLET, groupId: kids.id }))
  expect((await group()).clients).toEqual(['192.0.2.6', '192.0.2.7'])
})

it('keeps clients that came later when an earlier change of it is undone', async () => {
  await api.call('PATCH', url(), { body: { comment: 'c', clients: ['192.0.2.6', '192.0.2.9'] } })
  const change = await newest()
  await addTablet()
  expect((await undo(change.id)).status).toBe(200)
  expect(await group()).toMatchObject({ comment: '', clients: ['192.0.2.6', '192.0.2.7'] })
  expect(await entries()).toContainEqual(expect.objectContaining(TABLET))
})

it('says who deleted it to whoever still edits it', async () => {
  await api.call('DELETE', url(), { as: 'operator' })
  expect(await edit({ comment: 'late' })).toMatchObject({
    status: 404,
    json: { changedBy: { actor: 'token:operator', summary: 'group Kids' } },
  })
})
