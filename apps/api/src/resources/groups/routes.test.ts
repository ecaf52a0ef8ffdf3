import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

const NIGHT = { name: 'Night', timeZone: 'UTC', windows: [{ days: ['mon'], from: '20:30', until: '06:30' }] }
let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const create = (body: object) => api.call('POST', '/api/v1/groups', { body, as: 'operator' })

it('has "Everyone" from the start, which cannot be deleted', async () => {
  const { items } = (await api.call('GET', '/api/v1/groups', { as: 'viewer' })).json
  const unset = { answer: null, schedule: null, upstreams: null, logPrivacy: null }
  expect(items).toEqual([{ id: 1, version: 1, name: 'Everyone', isDefault: true, clients: [], comment: '', ...unset }])
  expect((await api.call('DELETE', '/api/v1/groups/1')).status).toBe(409)
})

it('keeps clients in canonical form, each in one group', async () => {
  const kids = await create({ name: 'Kids', clients: ['192.0.2.7/24', '2001:DB8::1', '192.0.2.0/24'] })
  expect(kids).toMatchObject({ status: 201, json: { clients: ['192.0.2.0/24', '2001:db8::1'], applied: true } })
  expect((await create({ name: 'Guests', clients: ['192.0.2.0/24'] })).status).toBe(409)
  expect((await create({ name: 'KIDS' })).json).toMatchObject({ code: 'conflict', existingId: kids.json.id })
  expect(faultyFields(await create({ name: 'x', clients: ['192.0.2.1', 'tablet'] }))).toEqual(['clients[1]'])
  const url = `/api/v1/groups/${kids.json.id}`
  const edited = await api.call('PATCH', url, { body: { clients: ['2001:db8::1'], comment: 'c' } })
  expect(edited.json).toMatchObject({ name: 'Kids', clients: ['2001:db8::1'], comment: 'c' })
  const stale = await api.call('PATCH', url, { body: {}, headers: { 'if-match': String(kids.headers.etag) } })
  expect(stale.status).toBe(412)
  expect((await api.call('DELETE', url)).json.deleted).toBe(1)
  expect((await api.call('GET', url)).status).toBe(404)
})

it('is not deleted while a rule names it: its id may be used again', async () => {
  const { id } = (await create({ name: 'Kids' })).json
  const rule = { action: 'block', match: 'exact', pattern: 'example.org', groups: [id] }
  expect((await api.call('POST', '/api/v1/rules', { body: rule })).status).toBe(201)
  expect(await api.call('DELETE', `/api/v1/groups/${id}`)).toMatchObject({
    status: 409,
    json: { detail: 'the group Kids is named by rule example.org: change them first' },
  })
})

it('has a block answer of its own, checked and undone like the rest', async () => {
  const answer = { kind: 'addresses', ipv4: ['192.0.2.9'], ttlSeconds: 5, extendedError: 'filtered' }
  const { id, answer: stored } = (await create({ name: 'Kids', answer })).json
  expect(stored).toEqual(answer)
  const url = `/api/v1/groups/${id}`
  expect((await api.call('PATCH', url, { body: { comment: 'c' } })).json.answer).toEqual(answer)
  expect((await api.call('PATCH', url, { body: { answer: null } })).json.answer).toBeNull()
  const { items } = (await api.call('GET', '/api/v1/changes?entity=group')).json
  expect((await api.call('POST', `/api/v1/changes/${items[0].id}/undo`)).status).toBe(200)
  expect((await api.call('GET', url)).json.answer).toEqual(answer)
  const wrong = { answer: { ipv4: ['2001:db8::1'], extendedError: 'stale' } }
  expect(faultyFields(await api.call('PATCH', url, { body: wrong }))).toEqual([
    'answer.ipv4[0]',
    'answer.extendedError',
  ])
})

it('is not deleted while rebinding protection names it', async () => {
  const { id } = (await create({ name: 'Lab' })).json
  const unknown = { rebinding: { allowedGroups: [id, 99] } }
  expect(faultyFields(await api.call('PATCH', '/api/v1/settings', { body: unknown }))).toEqual([
    'rebinding.allowedGroups[1]',
  ])
  const saved = await api.call('PATCH', '/api/v1/settings', { body: { rebinding: { allowedGroups: [id] } } })
  expect(saved.json.rebinding).toEqual({ enabled: false, allowedNames: [], allowedGroups: [id] })
  expect((await api.call('DELETE', `/api/v1/groups/${id}`)).status).toBe(409)
})

describe('what a group sets of its own', () => {
  const own = {
    upstreams: { servers: ['192.0.2.54', 'tls://dns.example.net'], strategy: 'parallel' },
    logPrivacy: 'hide-name',
  }

  it('is kept, changed alone, and undone', async () => {
    const made = (await create({ name: 'Kids', ...own })).json
    expect(made).toMatchObject({ ...own, schedule: null })
    const url = `/api/v1/groups/${made.id}`
    expect((await api.call('PATCH', url, { body: { logPrivacy: 'none' } })).json).toMatchObject({
      upstreams: own.upstreams,
      logPrivacy: 'none',
    })
    const edited = await api.call('PATCH', url, { body: { upstreams: null } })
    expect(edited.json.upstreams).toBeNull()
    await api.call('POST', `/api/v1/revisions/${edited.json.revision}/undo`)
    expect((await api.call('GET', url)).json).toMatchObject({ upstreams: own.upstreams, logPrivacy: 'none' })
  })

  it.each([
    [
      'an upstream that is none',
      { upstreams: { servers: ['dns.example.net'], strategy: 'failover' } },
      'upstreams.servers[0]',
    ],
    ['no upstream at all', { upstreams: { servers: [], strategy: 'failover' } }, 'upstreams.servers'],
    ['a strategy that is none', { upstreams: { servers: ['192.0.2.54'], strategy: 'random' } }, 'upstreams.strategy'],
    ['a schedule that is not there', { schedule: 7 }, 'schedule'],
    ['a privacy that is none', { logPrivacy: 'some' }, 'logPrivacy'],
  ])('is refused with %s', async (_, body, field) => {
    expect(faultyFields(await create({ name: 'Kids', ...body }))).toEqual([field])
  })

  it('is no schedule and no upstreams of "Everyone", whose are the settings', async () => {
    const { id } = (await api.call('POST', '/api/v1/schedules', { body: NIGHT })).json
    const patch = (body: object) => api.call('PATCH', '/api/v1/groups/1', { body })
    expect(faultyFields(await patch({ schedule: id }))).toEqual(['schedule'])
    expect(faultyFields(await patch({ upstreams: own.upstreams }))).toEqual(['upstreams'])
    expect((await patch({ logPrivacy: 'hide-client' })).json.logPrivacy).toBe('hide-client')
  })
})

it('tells everything that holds for it, and where each of it comes from', async () => {
  const schedule = (await api.call('POST', '/api/v1/schedules', { body: NIGHT })).json.id
  const { id } = (await create({ name: 'Kids', schedule, answer: { kind: 'nxdomain' } })).json
  const everyone = { logPrivacy: 'hide-client', answer: { kind: 'refused', txt: 'no' } }
  await api.call('PATCH', '/api/v1/groups/1', { body: everyone })
  const post = (path: string, body: object) => api.call('POST', `/api/v1/${path}`, { body })
  await post('lists', { name: 'Ads', kind: 'block', text: 'ads.example' })
  await post('lists', { name: 'Others', kind: 'block', text: 'others.example', groups: [1] })
  const perGroup = [{ group: id, enabled: true, schedule }]
  await api.call('PATCH', '/api/v1/services/youtube', { body: { enabled: true, groups: [id], perGroup } })
  await api.call('PATCH', '/api/v1/services/tiktok', { body: { enabled: true, groups: [1] } })
  await post('rules', { action: 'block', match: 'exact', pattern: 'game.example', groups: [id] })
  await post('rules', { action: 'block', match: 'exact', pattern: 'all.example' })
  await post('rules', { action: 'allow', match: 'exact', pattern: 'other.example', groups: [1] })
  const { json } = await api.call('GET', `/api/v1/groups/${id}/policy`, { as: 'viewer' })
  expect(json).toMatchObject({
    schedule,
    holdsNow: false,
    answer: { value: { kind: 'nxdomain' }, origin: 'group' },
    answerParts: [
      { part: 'kind', value: 'nxdomain', origin: 'group' },
      { part: 'txt', value: 'no', origin: 'everyone' },
      { part: 'ttlSeconds', value: 60, origin: 'settings' },
    ],
    upstreams: { origin: 'settings' },
    logPrivacy: { value: 'hide-client', origin: 'everyone' },
    lists: [
      { name: 'Ads', enabled: true, schedule: null, origin: 'everyone' },
      { name: 'Others', enabled: false, origin: 'everyone' },
    ],
    services: [{ id: 'youtube', name: 'YouTube', enabled: true, schedule, origin: 'group' }],
    safeSearch: [],
    rules: [{ action: 'block', own: 1, everyone: 1 }],
  })
  expect((await api.call('GET', '/api/v1/groups/77/policy')).status).toBe(404)
})

it('is refused for a client of another group, at the field, by the name of that group', async () => {
  await create({ name: 'Kids', clients: ['192.0.2.7'] })
  const reply = await create({ name: 'Guests', clients: ['192.0.2.8', '192.0.2.7'] })
  expect(reply.status).toBe(409)
  expect(reply.json.errors).toEqual([{ field: 'clients[1]', message: '192.0.2.7 belongs to the group Kids' }])
})
