import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'
import { ClientWatch } from './client-watch.ts'
import { ClientService } from './service.ts'

let api: TestApi
let kids: number
beforeEach(async () => {
  api = await startTestApi()
  kids = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json.id
})
afterEach(() => api.close())

const create = (body: object) =>
  api.call('POST', '/api/v1/clients', { body: { groupId: kids, ...body }, as: 'operator' })
const read = async (path = '') => (await api.call('GET', `/api/v1/clients${path}`, { as: 'viewer' })).json

describe('client entries', () => {
  it('are made, edited by whom has seen the last version, and undone', async () => {
    const made = await create({ identifier: 'ID:Tablet', name: 'Tablet', tags: ['School', 'school', 'tv'] })
    expect(made).toMatchObject({
      status: 201,
      json: { identifier: 'id:tablet', kind: 'client-id', tags: ['school', 'tv'], groupId: kids, applied: true },
    })
    const url = `/api/v1/clients/${made.json.id}`
    const edited = await api.call('PATCH', url, { body: { groupId: 1 } })
    expect(edited.json).toMatchObject({ name: 'Tablet', groupId: 1, tags: ['school', 'tv'] })
    const stale = await api.call('PATCH', url, { body: {}, headers: { 'if-match': String(made.headers.etag) } })
    expect(stale.status).toBe(412)
    await api.call('POST', `/api/v1/revisions/${edited.json.revision}/undo`)
    const deleted = await api.call('DELETE', url)
    expect((await api.call('GET', url)).status).toBe(404)
    await api.call('POST', `/api/v1/revisions/${deleted.json.revision}/undo`)
    expect((await api.call('GET', url)).json).toMatchObject({ identifier: 'id:tablet', groupId: kids })
  })

  it('of equal ranges are refused, and the answer names both sides', async () => {
    const { id } = (await create({ identifier: '192.0.2.0/24', name: 'Upstairs' })).json
    expect((await create({ identifier: '192.0.2.77/24', groupId: 1 })).json).toMatchObject({
      code: 'conflict',
      existingId: id,
      detail: '192.0.2.0/24 is in the group Kids already, as Upstairs',
    })
  })

  it('of overlapping ranges say which counts where, on both sides', async () => {
    await create({ identifier: '192.0.2.0/24' })
    const one = (await create({ identifier: '192.0.2.7', groupId: 1 })).json
    expect(one.notes).toEqual(['192.0.2.0/24 (group Kids) holds it too: 192.0.2.7 is longer and counts here'])
    const [, outer] = (await read()).items
    expect([one, outer].map(({ identifier }) => identifier)).toContain('192.0.2.7')
    const notes = (await read()).items.flatMap((client: { notes: string[] }) => client.notes)
    expect(notes).toContain('it holds 192.0.2.7 (group Everyone): there the longer prefix counts, not 192.0.2.0/24')
  })

  it('are those of the groups too', async () => {
    await create({ identifier: 'name:tablet.example', name: 'Tablet' })
    const url = `/api/v1/groups/${kids}`
    expect((await api.call('GET', url)).json.clients).toEqual(['name:tablet.example'])
    await api.call('PATCH', url, { body: { clients: ['name:tablet.example', 'id:phone'] } })
    expect((await read()).items).toMatchObject([
      { identifier: 'id:phone', name: '' },
      { identifier: 'name:tablet.example', name: 'Tablet' },
    ])
  })

  it.each([
    ['no identifier', {}, 'identifier'],
    ['an identifier that is none', { identifier: 'tablet' }, 'identifier'],
    ['a group that is not there', { identifier: '192.0.2.7', groupId: 77 }, 'groupId'],
    ['a tag that is none', { identifier: '192.0.2.7', tags: ['a b'] }, 'tags[0]'],
    ['an unknown field', { identifier: '192.0.2.7', colour: 'red' }, 'colour'],
  ])('are refused with %s', async (_, body, field) => {
    expect(faultyFields(await create(body))).toEqual([field])
  })
})

describe('who was seen', () => {
  const see = (address: string, queries = 1): void => {
    const log = openWriter(join(api.deps.dataDir, 'log.db'), 'log')
    migrate(log, migrationsOf('log'))
    log
      .prepare(
        'INSERT OR REPLACE INTO seen_client (address, first_at, last_at, queries, blocked) VALUES (?, 1000, ?, ?, 1)',
      )
      .run(address, api.clock.now(), queries)
    log.close()
  }
  const watchWith = (names: Record<string, string> = {}): ClientWatch =>
    new ClientWatch(api.deps, new ClientService(api.deps), async (reverse) => names[reverse] ?? null)
  const set = (clients: object) => api.call('PATCH', '/api/v1/settings', { body: { clients } })

  it('is nobody while the log cannot be read', async () => {
    expect(await read('/seen')).toEqual({ items: [], isLogReadable: false })
  })

  it('is listed with its counts, the name that PTR gives, and the entry that decides its group', async () => {
    see('192.0.2.7', 8)
    see('192.0.2.9')
    const watch = watchWith({ '7.2.0.192.in-addr.arpa': 'tablet.example', '9.2.0.192.in-addr.arpa': 'tv.example' })
    watch.look()
    await watch.findNames()
    const entry = (await create({ identifier: 'name:tv.example', name: 'TV' })).json
    const seen = { address: '192.0.2.7', name: 'tablet.example', reverseName: 'tablet.example', queries: 8, blocked: 1 }
    const { items } = await read('/seen')
    expect(items).toContainEqual(expect.objectContaining({ ...seen, groupId: 1, entryId: null, firstSeen: 1000 }))
    expect(items).toContainEqual(
      expect.objectContaining({ address: '192.0.2.9', name: 'TV', groupId: kids, entryId: entry.id }),
    )
  })

  it('goes into quarantine when new, unless an entry knows it; one press releases', async () => {
    see('192.0.2.1')
    const watch = watchWith()
    watch.look()
    const quarantine = (await api.call('POST', '/api/v1/groups', { body: { name: 'Quarantine' } })).json.id
    expect(faultyFields(await set({ quarantineGroup: 77 }))).toEqual(['clients.quarantineGroup'])
    await set({ quarantineGroup: quarantine })
    await create({ identifier: '192.0.2.64/26' })
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.65']) see(address)
    watch.look()
    watch.look()
    const { items, quarantined } = await read()
    expect(quarantined).toBe(1)
    const [stranger] = items.filter((client: { isQuarantined: boolean }) => client.isQuarantined)
    expect(stranger).toMatchObject({ identifier: '192.0.2.2', groupId: quarantine })
    expect((await api.call('DELETE', `/api/v1/groups/${quarantine}`)).json.detail).toContain(
      'the quarantine of new clients',
    )
    await api.call('DELETE', `/api/v1/clients/${stranger.id}`)
    watch.look()
    // A new process knows them too, also when the log has been lost meanwhile.
    watchWith().look()
    expect((await read()).quarantined).toBe(0)
  })

  it('makes the resolver read an entry by name anew when its address changes', async () => {
    await create({ identifier: 'name:tablet.example' })
    see('192.0.2.7')
    const before = api.deps.config.revision
    const watch = watchWith({ '7.2.0.192.in-addr.arpa': 'tablet.example' })
    watch.look()
    await watch.findNames()
    expect(api.deps.config.revision).toBe(before + 1)
    await watch.findNames()
    expect(api.deps.config.revision).toBe(before + 1)
  })
})

it('keeps names and tags of clients in the text of the policy', async () => {
  await create({ identifier: '192.0.2.7', name: 'Tablet', tags: ['school'] })
  await create({ identifier: '192.0.2.8' })
  const text = (await api.call('GET', '/api/v1/policy')).text
  expect(text).toContain('Tablet')
  const [tablet] = (await read()).items
  await api.call('PATCH', `/api/v1/clients/${tablet.id}`, { body: { name: 'Other', tags: [], groupId: 1 } })
  const applied = await api.call('POST', '/api/v1/policy/apply', { body: { text } })
  expect(applied.status).toBe(200)
  const named = { identifier: '192.0.2.7', name: 'Tablet', tags: ['school'], groupId: kids }
  expect((await read()).items).toMatchObject([named, { identifier: '192.0.2.8', name: '', groupId: kids }])
})
