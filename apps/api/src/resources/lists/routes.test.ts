import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const PATIENT = { timeout: 60_000 }
const TEXT = { 'content-type': 'text/plain' }
const names = (count: number, prefix = 'n'): string =>
  Array.from({ length: count }, (_, i) => `0.0.0.0 ${prefix}${i}.example.org\n`).join('')

const create = async (body: object) => {
  const reply = await api.call('POST', '/api/v1/lists', { body: { kind: 'block', ...body } })
  expect(reply.json).toMatchObject({ id: expect.any(Number) })
  return reply.json
}
const put = (id: number, body: string | Buffer, headers: Record<string, string> = {}) =>
  api.call('PUT', `/api/v1/lists/${id}/content`, { body, headers: { ...TEXT, ...headers } })
const get = async (path: string) => (await api.call('GET', `/api/v1/lists/${path}`)).json
const everyList = async (): Promise<{ id: number; name: string; position: number }[]> =>
  (await api.call('GET', '/api/v1/lists')).json.items
const orphans = () => api.deps.database.prepare('SELECT count(*) FROM list_version WHERE list_id IS NULL').pluck().get()

describe('a pasted list', PATIENT, () => {
  it('is in effect with the answer', async () => {
    const reply = await api.call('POST', '/api/v1/lists', {
      body: { name: 'Pasted', kind: 'block', text: '0.0.0.0 ads.example.org\nnot a line\n' },
      as: 'operator',
    })
    expect(reply.status).toBe(201)
    expect(reply.json).toMatchObject({
      name: 'Pasted',
      source: 'content',
      state: 'active',
      entries: 1,
      activeVersion: { format: 'hosts', names: 1, rejectedCount: 1, isActive: true },
      progress: null,
      applied: true,
      revision: api.deps.config.revision,
    })
    expect(reply.headers.location).toBe(`/api/v1/lists/${reply.json.id}`)
    expect(api.resolver.requests.at(-1)).toMatchObject({ path: '/reload', body: { revision: reply.json.revision } })
    expect(await get(`${reply.json.id}/rejected`)).toMatchObject({ total: 1, items: [{ line: 2, text: 'not a line' }] })
  })

  it('that holds nothing is refused whole, and leaves no list', async () => {
    const body = { name: 'Useless', kind: 'block', text: 'what is this\n' }
    const reply = await api.call('POST', '/api/v1/lists', { body })
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toEqual(['text'])
    expect((await everyList()).map(({ name }) => name)).not.toContain('Useless')
  })

  it('may be empty until it is filled', async () => {
    expect(await create({ name: 'Later' })).toMatchObject({ state: 'empty', entries: 0, activeVersion: null })
  })

  it('that allows makes its lines allow', async () => {
    const { id } = await create({ name: 'Allowed', kind: 'allow', text: 'ok.example.org\n' })
    expect((await api.call('GET', `/api/v1/lists/${id}/content`)).text).toBe('@@|ok.example.org^\n')
  })

  it('may only record what it would do, as long as somebody wants it to', async () => {
    const made = await create({ name: 'On trial', text: 'tried.example.org\n', shadow: true })
    expect(made).toMatchObject({ shadow: true, activeVersion: { names: 1 } })
    expect(await create({ name: 'Acting', text: 'acts.example.org\n' })).toMatchObject({ shadow: false })
    const path = `/api/v1/lists/${made.id}`
    const acts = await api.call('PATCH', path, {
      body: { shadow: false },
      headers: { 'if-match': `"${made.version}"` },
    })
    expect(acts.json).toMatchObject({ shadow: false, applied: true })
    const late = await api.call('PATCH', path, { body: { shadow: true }, headers: { 'if-match': `"${made.version}"` } })
    expect(late.status).toBe(412)
    const { items } = (await api.call('GET', '/api/v1/changes?limit=1')).json
    expect((await api.call('POST', `/api/v1/changes/${items[0].id}/undo`)).status).toBe(200)
    expect(await get(String(made.id))).toMatchObject({ shadow: true })
    // Deleted and brought back, it still only records.
    await api.call('DELETE', path)
    expect((await api.call('POST', `${path}/restore`)).status).toBe(200)
    expect(await get(String(made.id))).toMatchObject({ shadow: true })
    expect((await api.call('PATCH', path, { body: { shadow: 'yes' } })).status).toBe(422)
  })

  it('answers with records only where it may, and says which lines it may not take', async () => {
    const text = '||a.example.org^$dnsrewrite=192.0.2.1\n192.0.2.1 b.example.org\n'
    const held = await create({ name: 'Not trusted', text })
    expect(held).toMatchObject({ mayAnswer: false, activeVersion: { names: 1, complexRules: 0, rejectedCount: 1 } })
    expect(await get(`${held.id}/rejected`)).toMatchObject({
      items: [{ line: 1, reason: 'a list may not answer with records, unless that is allowed in its settings' }],
    })
    const trusted = await create({ name: 'Trusted', text, mayAnswer: true })
    expect(trusted).toMatchObject({ mayAnswer: true, activeVersion: { names: 0, complexRules: 2, rejectedCount: 0 } })
    const round = [
      '|a.loop.example^$dnsrewrite=b.loop.example',
      'b.loop.example CNAME a.loop.example.',
      'c.loop.example',
    ]
    const looped = await create({ name: 'Round', text: round.join('\n'), mayAnswer: true })
    const refused = (await api.call('GET', `/api/v1/lists/${looped.id}/rejected`)).json.items
    expect(refused).toEqual([
      { line: 2, text: round[1], reason: 'makes a loop: b.loop.example → a.loop.example → b.loop.example' },
    ])
    const off = await api.call('PATCH', `/api/v1/lists/${trusted.id}`, { body: { mayAnswer: false } })
    expect(off.json).toMatchObject({ mayAnswer: false, applied: true })
  })

  it.each([
    ['an allow list that may answer', { name: 'x', kind: 'allow', mayAnswer: true }, 422, ['mayAnswer']],
    ['a name that is taken', { name: 'PASTED', kind: 'block' }, 409, undefined],
    ['no name', { kind: 'block' }, 422, ['name']],
    ['an unknown kind', { name: 'x', kind: 'maybe' }, 422, ['kind']],
    ['text and URL', { name: 'x', kind: 'block', text: 'a', url: 'https://lists.example.org/' }, 422, ['text']],
    ['another scheme', { name: 'x', kind: 'block', url: 'file:///etc/passwd' }, 422, ['url']],
    ['credentials', { name: 'x', kind: 'block', url: 'https://u:p@lists.example.org/' }, 422, ['url']],
    ['an unknown group', { name: 'x', kind: 'block', groups: [1, 77] }, 422, ['groups[1]']],
    ['a bad answer', { name: 'x', kind: 'block', answer: { kind: 'addresses', ipv4: ['300'] } }, 422, ['answer.ipv4']],
    [
      'an interval that is too short',
      { name: 'x', kind: 'block', refreshIntervalSeconds: 60 },
      422,
      ['refreshIntervalSeconds'],
    ],
    ['an unknown field', { name: 'x', kind: 'block', colour: 'red' }, 422, ['colour']],
  ])('is refused with %s', async (_name, body, status, fields) => {
    const reply = await api.call('POST', '/api/v1/lists', { body })
    expect(reply.status).toBe(status)
    if (fields) expect(faultyFields(reply).map((field, i) => field.slice(0, fields[i]!.length))).toEqual(fields)
  })
})

describe('an uploaded content', PATIENT, () => {
  it('of 100,000 names is in effect with the answer, with its counts', async () => {
    const { id } = await create({ name: 'Large', text: names(10, 'old') })
    const before = api.deps.config.revision
    const reply = await put(id, `${names(100_000)}0.0.0.0 old3.example.org\n0.0.0.0 n7.example.org\nwhat is this\n`)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      changed: true,
      names: 100_001,
      added: 100_000,
      removed: 9,
      duplicates: 1,
      rejectedCount: 1,
      rejected: [{ line: 100_003 }],
      revision: before + 1,
      applied: true,
    })
    expect(await get(`${id}`)).toMatchObject({ state: 'active', entries: 100_001, lastError: null })
    const { text } = await api.call('GET', `/api/v1/lists/${id}/content`)
    expect(text.trimEnd().split('\n')).toHaveLength(100_001)
  })

  it('may be compressed, announced or not', async () => {
    const { id } = await create({ name: 'Compressed' })
    const first = await put(id, gzipSync(names(5)), { 'content-encoding': 'gzip' })
    expect(first.json).toMatchObject({ changed: true, names: 5 })
    const second = await put(id, gzipSync(names(6)), { 'content-type': 'application/octet-stream' })
    expect(second.json).toMatchObject({ changed: true, names: 6, added: 1 })
  })

  it('that is the same as before makes no version and no revision', async () => {
    const { id } = await create({ name: 'Same', text: names(3) })
    const before = api.deps.config.revision
    expect((await put(id, names(3))).json).toMatchObject({ changed: false, names: 3, added: 0, revision: before })
    expect((await get(`${id}/versions`)).items).toHaveLength(1)
  })

  it.each([
    ['nothing', '', {}, 422],
    ['a page', '<!doctype html>', {}, 422],
    ['only lines that are not understood', 'what is this\n', {}, 422],
    ['an unknown type', 'a', { 'content-type': 'application/pdf' }, 415],
    ['an unknown encoding', 'a', { 'content-encoding': 'rot13' }, 422],
    ['damaged gzip', gzipSync(names(100)).subarray(0, 40), { 'content-encoding': 'gzip' }, 422],
  ])('with %s is refused, and the good version stays', async (name, body, headers, status) => {
    const { id } = await create({ name: `Keeps ${name}`, text: names(4) })
    expect((await put(id, body, headers)).status).toBe(status)
    expect(await get(`${id}`)).toMatchObject({ state: 'active', entries: 4 })
    expect(orphans()).toBe(0)
  })

  it('above the configured size is refused', async () => {
    const { id } = await create({ name: 'Too large' })
    await api.call('PATCH', '/api/v1/settings', { body: { http: { maxListOctets: 1024 } } })
    const reply = await put(id, names(1000))
    await api.call('PATCH', '/api/v1/settings', { body: { http: { maxListOctets: 1024 ** 3 } } })
    expect(reply.status).toBe(413)
    expect(reply.json.detail).toBe('content is larger than 1 kB')
  })

  it('that is refused before it has all come gets its answer over the connection', async () => {
    const { id } = await create({ name: 'Refused early' })
    const url = await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const reply = await fetch(`${url}/api/v1/lists/${id}/content`, {
      method: 'PUT',
      headers: { ...TEXT, authorization: `Bearer ${ADMIN_TOKEN}` },
      body: `<!doctype html>${'x'.repeat(8 * 2 ** 20)}`,
    })
    expect(reply.status).toBe(422)
    expect(await reply.json()).toMatchObject({ errors: [{ field: 'content' }] })
  })

  it('for a list that is not there is 404', async () => {
    expect((await put(999_999, 'a')).status).toBe(404)
  })
})

describe('versions', PATIENT, () => {
  it('are kept, a bounded number, and can be gone back to', async () => {
    const { id } = await create({ name: 'Versions', text: names(1) })
    for (const count of [2, 3, 4]) await put(id, names(count))
    const kept = (await get(`${id}/versions`)).items
    expect(kept[0]).toMatchObject({ names: 4, isActive: true })
    const older = kept[1]
    const path = `/api/v1/lists/${id}/versions/${older.id}/activate`
    const back = await api.call('POST', path)
    expect(back.json).toMatchObject({ entries: 3, applied: true, activeVersion: { id: older.id, isActive: true } })
    const again = await api.call('POST', path)
    expect(again.json.revision).toBe(back.json.revision)
    // The same content as the version that was left: now it is a change.
    expect((await put(id, names(4))).json).toMatchObject({ changed: true, names: 4, added: 1 })
    expect((await api.call('POST', `/api/v1/lists/${id}/versions/999999/activate`)).status).toBe(404)
  })
})

describe('editing a list', PATIENT, () => {
  it('checks the version that the client has read', async () => {
    const { id } = await create({ name: 'Edited', text: names(1) })
    const { headers } = await api.call('GET', `/api/v1/lists/${id}`)
    const patch = (body: object) =>
      api.call('PATCH', `/api/v1/lists/${id}`, { body, headers: { 'if-match': String(headers.etag) } })
    const first = await patch({ enabled: false, comment: 'off' })
    expect(first.json).toMatchObject({ state: 'disabled', comment: 'off', entries: 1, applied: true })
    expect((await patch({ enabled: true })).status).toBe(412)
  })

  it('moves it among the others', async () => {
    const { id } = await create({ name: 'Moved' })
    await api.call('PATCH', `/api/v1/lists/${id}`, { body: { position: 0 } })
    const items = await everyList()
    expect(items[0]).toMatchObject({ id })
    expect(items.map(({ position }) => position)).toEqual(items.map((_, i) => i))
  })

  it('cannot turn content that blocks into content that allows', async () => {
    const { id } = await create({ name: 'Turned', text: names(1) })
    const reply = await api.call('PATCH', `/api/v1/lists/${id}`, { body: { kind: 'allow' } })
    expect(faultyFields(reply)).toEqual(['kind'])
  })

  it('deletes it with all that belongs to it, and tells how many names it had', async () => {
    const { id } = await create({ name: '../../etc/passwd', text: names(3) })
    const reply = await api.call('DELETE', `/api/v1/lists/${id}`)
    expect(reply.json).toMatchObject({ deleted: 1, names: 3, applied: true })
    expect((await api.call('GET', `/api/v1/lists/${id}`)).status).toBe(404)
    expect(reply.json.restorableUntil).toBe(api.clock.now() + 86_400_000)
    expect(orphans()).toBe(1)
    api.clock.advance(86_400_001)
    // The sweep waits in line before the next import, which is over with this answer.
    for (const name of ['After', 'Later still']) await create({ name, text: names(1) })
    expect(orphans()).toBe(0)
    expect((await api.call('POST', `/api/v1/lists/${id}/restore`)).status).toBe(404)
  })

  it('is taken back with the id, the place, the versions and the settings it had', async () => {
    const { id } = await create({ name: 'Missed', text: names(3), comment: 'kept', refreshIntervalSeconds: 7200 })
    await put(id, names(4))
    await api.call('PATCH', `/api/v1/lists/${id}`, { body: { position: 1, pinned: true } })
    const before = await get(`${id}`)
    const versions = await get(`${id}/versions`)
    await api.call('DELETE', `/api/v1/lists/${id}`)
    await create({ name: 'Meanwhile', text: names(1) })
    const back = await api.call('POST', `/api/v1/lists/${id}/restore`, { as: 'operator' })
    expect(back.json).toMatchObject({ id, entries: 4, position: 1, pinned: true, applied: true })
    expect(await get(`${id}`)).toEqual({ ...before, version: expect.any(Number), updatedAt: expect.any(Number) })
    expect(await get(`${id}/versions`)).toEqual(versions)
    expect((await api.call('POST', `/api/v1/lists/${id}/restore`)).status).toBe(409)
    await api.call('DELETE', `/api/v1/lists/${id}`)
    await create({ name: 'missed' })
    expect((await api.call('POST', `/api/v1/lists/${id}/restore`)).status).toBe(409)
  })

  it('is for operators', async () => {
    const { id } = await create({ name: 'Guarded' })
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['PUT', '/content'],
      ['POST', '/refresh'],
      ['POST', '/versions/1/activate'],
    ])
      expect((await api.call(method!, `/api/v1/lists/${id}${path}`, { as: 'viewer', body: {} })).status).toBe(403)
  })
})

describe('while the resolver is down', PATIENT, () => {
  it('content is stored, and the answer says that it is not applied', async () => {
    await api.resolver.stop()
    const { id } = await create({ name: 'Unheard' })
    expect((await put(id, names(2))).json).toMatchObject({ changed: true, applied: false })
    await api.resolver.start()
  })
})
