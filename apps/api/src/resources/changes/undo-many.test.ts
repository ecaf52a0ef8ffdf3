import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

const rule = async (pattern: string, as: 'admin' | 'operator' = 'admin'): Promise<number> =>
  (await api.call('POST', '/api/v1/rules', { as, body: { action: 'block', match: 'exact', pattern } })).json.id
const patterns = async (): Promise<string[]> =>
  (await api.call('GET', '/api/v1/rules?sort=id')).json.items.map((item: { pattern: string }) => item.pattern)
const edit = (id: number, body: object) => api.call('PATCH', `/api/v1/rules/${id}`, { body })
const undo = (body: object, as: 'admin' | 'operator' = 'admin') => api.call('POST', '/api/v1/undo', { as, body })
const preview = async (body: object) => (await api.call('POST', '/api/v1/undo/preview', { body })).json
const changes = async (query = '') => (await api.call('GET', `/api/v1/changes${query}`)).json.items

describe('what changes tell of themselves', () => {
  it('says who, from where, why, and what differs in words', async () => {
    const { json } = await api.call('POST', '/api/v1/rules', {
      body: { action: 'block', match: 'suffix', pattern: 'ads.example' },
      headers: { 'weir-comment': encodeURIComponent('asked for by Jürgen') },
    })
    await edit(json.id, { answer: { kind: 'nxdomain' }, ttlSeconds: 300 })
    const [edited, created] = await changes('?limit=2')
    expect(created).toMatchObject({
      actor: 'token:WEIR_ADMIN_TOKEN',
      via: 'api',
      from: '127.0.0.1',
      comment: 'asked for by Jürgen',
    })
    expect(edited.words).toEqual(['TTL none → 300', 'answer none → NXDOMAIN'])
    expect(edited.comment).toBeNull()
  })

  it('names groups and schedules where states hold their ids', async () => {
    const { id: group } = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json
    const id = await rule('a.example')
    await edit(id, { groups: [group] })
    expect((await changes('?limit=1'))[0].words).toEqual(['groups none → Kids'])
  })

  it('takes a comment afterwards, and lets it go', async () => {
    const id = await rule('a.example')
    const [{ revision }] = await changes('?limit=1')
    const say = (comment: string) => api.call('PATCH', `/api/v1/revisions/${revision}`, { body: { comment } })
    expect((await say('for the audit')).json).toEqual({ comment: 'for the audit' })
    expect((await changes('?search=audit')).map((item: { entityId: string }) => item.entityId)).toEqual([String(id)])
    await say('')
    expect((await changes('?limit=1'))[0].comment).toBeNull()
    expect((await api.call('PATCH', '/api/v1/revisions/9999', { body: { comment: 'x' } })).status).toBe(404)
    expect(
      (await api.call('DELETE', `/api/v1/rules/${id}`, { headers: { 'weir-comment': 'x'.repeat(1001) } })).status,
    ).toBe(422)
  })

  it('is filtered by who, what, when and text', async () => {
    await rule('a.example', 'operator')
    api.clock.advance(60_000)
    const at = api.clock.now()
    await rule('b.example')
    const summaries = async (query: string) => (await changes(query)).map((item: { summary: string }) => item.summary)
    expect(await summaries('?actor=token:operator')).toEqual(['a.example'])
    expect(await summaries(`?since=${at}`)).toEqual(['b.example'])
    expect(await summaries(`?until=${at}&entity=rule`)).toEqual(['a.example'])
    expect(await summaries('?search=B.EX')).toEqual(['b.example'])
    expect((await api.call('GET', '/api/v1/changes/actors')).json.items).toMatchObject([
      { actor: 'token:WEIR_ADMIN_TOKEN' },
      { actor: 'token:operator', changes: 1 },
      { actor: 'weir' },
    ])
  })
})

describe('undoing many changes', () => {
  it('takes back all that somebody did since a time, and nothing of others', async () => {
    const mine = await rule('mine.example')
    api.clock.advance(60_000)
    const since = api.clock.now()
    await rule('theirs.example', 'operator')
    await api.call('PATCH', `/api/v1/rules/${mine}`, { as: 'operator', body: { enabled: false } })
    await rule('also-mine.example')
    await api.call('POST', '/api/v1/groups', { as: 'operator', body: { name: 'New' } })
    const select = { since, actor: 'token:operator' }
    const seen = await preview({ select })
    expect(seen).toMatchObject({ changes: 3, conflicts: [], skipped: [] })
    expect(seen.counts).toContainEqual({ entity: 'rule', operation: 'update', count: 1 })
    expect(seen.steps[1]).toMatchObject({ change: { entity: 'rule' }, words: ['enabled false → true'] })
    expect(await patterns()).toHaveLength(3)
    expect((await undo({ select, expectRevision: seen.revision })).json).toMatchObject({ undone: 3, applied: true })
    expect(await patterns()).toEqual(['mine.example', 'also-mine.example'])
    expect((await api.call('GET', `/api/v1/rules/${mine}`)).json.enabled).toBe(true)
    expect((await api.call('GET', '/api/v1/groups')).json.items).toHaveLength(1)
    // And all of it again.
    const [{ revision }] = await changes('?limit=1')
    expect((await api.call('POST', `/api/v1/revisions/${revision}/undo`)).json.undone).toBe(3)
    expect(await patterns()).toEqual(['mine.example', 'theirs.example', 'also-mine.example'])
    expect((await api.call('GET', `/api/v1/rules/${mine}`)).json.enabled).toBe(false)
  })

  it('names both where a later change of another builds on it, and offers both together', async () => {
    const id = await rule('a.example', 'operator')
    await edit(id, { comment: 'kept' })
    const select = { since: 0, actor: 'token:operator' }
    const [theirs] = await changes('?actor=token:operator')
    const [mine] = await changes('?limit=1')
    const seen = await preview({ select })
    expect(seen).toMatchObject({
      isSolvedTogether: true,
      conflicts: [{ change: { id: theirs.id, actor: 'token:operator' }, blocker: { id: mine.id } }],
    })
    const refused = await undo({ select })
    expect(refused.status).toBe(409)
    expect(refused.json.detail).toContain(`change ${theirs.id} (a.example, by token:operator) cannot be undone`)
    expect(refused.json.detail).toContain(`change ${mine.id} (`)
    expect((await undo({ select, together: true })).json.undone).toBe(2)
    expect(await patterns()).toEqual([])
  })

  it('is refused when something has changed since the preview', async () => {
    await rule('a.example')
    const { revision } = await preview({ select: { toRevision: 2 } })
    await rule('b.example')
    expect((await undo({ select: { toRevision: 2 }, expectRevision: revision })).status).toBe(412)
    expect(await patterns()).toHaveLength(2)
  })

  it('does not count a change that was taken back, nor its undo', async () => {
    const id = await rule('a.example')
    await edit(id, { comment: 'one' })
    const [first] = await changes('?limit=1')
    await edit(id, { comment: 'two' })
    const [second] = await changes('?limit=1')
    await undo({ select: { changes: [second.id] } })
    expect((await changes('?limit=3'))[1]).toMatchObject({ id: second.id, undoneBy: second.id + 1 })
    expect((await undo({ select: { changes: [first.id] } })).status).toBe(200)
    expect((await api.call('GET', `/api/v1/rules/${id}`)).json.comment).toBe('')
  })

  it('refuses what needs a higher role, whole', async () => {
    await rule('a.example', 'operator')
    await api.call('PATCH', '/api/v1/settings', { body: { log: { enabled: false } } })
    const reply = await undo({ select: { toRevision: 1 } }, 'operator')
    expect(reply).toMatchObject({ status: 403 })
    expect(reply.json.detail).toContain('settings: log')
    expect(await patterns()).toHaveLength(1)
  })
})

describe('going back to a revision', () => {
  it('leaves what cannot come back, and says so', async () => {
    const { id } = (await api.call('POST', '/api/v1/tokens', { body: { name: 't', role: 'viewer' } })).json
    const { configRevision } = (await api.call('GET', '/api/v1/health')).json
    await rule('a.example')
    await api.call('DELETE', `/api/v1/tokens/${id}`)
    const reply = await undo({ select: { toRevision: configRevision } })
    expect(reply.json).toMatchObject({ undone: 1, skipped: [{ change: { entity: 'token', operation: 'delete' } }] })
    expect(await patterns()).toEqual([])
  })

  it('tells what lies before the history', async () => {
    api.deps.database.prepare('DELETE FROM change').run()
    await rule('a.example')
    const reply = await undo({ select: { toRevision: 0 } })
    expect(reply).toMatchObject({ status: 409, json: { detail: expect.stringContaining('kept from revision') } })
  })
})

describe('comparing two revisions', () => {
  it('tells what is not the same, and not what came and went', async () => {
    const id = await rule('a.example')
    const { configRevision: from } = (await api.call('GET', '/api/v1/health')).json
    await edit(id, { ttlSeconds: 60 })
    await edit(id, { ttlSeconds: 300 })
    const gone = await rule('gone.example')
    await api.call('DELETE', `/api/v1/rules/${gone}`)
    await rule('new.example')
    const { json } = await api.call('GET', `/api/v1/revisions/compare?from=${from}`)
    expect(json).toMatchObject({ from, to: from + 5, changes: 5, total: 2 })
    expect(json.things).toMatchObject([
      { operation: 'update', words: ['TTL none → 300'] },
      { operation: 'create', title: 'new.example' },
    ])
    const { text, headers } = await api.call('GET', `/api/v1/revisions/compare?from=${from}&format=text`)
    expect(headers['content-disposition']).toContain(`weir-${from}-${from + 5}.txt`)
    expect(text).toContain('\n~ rule: |a.example^$ttl=300\n    TTL none → 300\n')
    expect(text).toContain('\n+ rule: new.example\n')
    expect((await api.call('GET', '/api/v1/revisions/compare?from=3&to=1')).status).toBe(422)
  })
})
