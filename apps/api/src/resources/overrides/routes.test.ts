import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const start = (body: object) => api.call('POST', '/api/v1/overrides', { body, as: 'operator' })
const active = async () => (await api.call('GET', '/api/v1/overrides', { as: 'viewer' })).json.items

describe('overrides', () => {
  it('start, are listed by their end, and end by themselves', async () => {
    const pause = await start({ kind: 'pause', minutes: 10, client: '192.0.2.7/32' })
    expect(pause).toMatchObject({
      status: 201,
      json: { kind: 'pause', client: '192.0.2.7', name: null, groupId: null, minutes: 10, applied: true },
    })
    const allow = await start({ kind: 'allow', name: 'Bücher.Example.', minutes: 5, comment: 'homework' })
    expect(allow.json).toMatchObject({ name: 'xn--bcher-kva.example', comment: 'homework' })
    expect((await active()).map(({ id }: { id: number }) => id)).toEqual([allow.json.id, pause.json.id])
    api.clock.advance(5 * 60_000)
    expect((await active()).map(({ id }: { id: number }) => id)).toEqual([pause.json.id])
    expect((await api.call('DELETE', `/api/v1/overrides/${allow.json.id}`)).status).toBe(404)
  })
  it('end early, and are remembered in the history', async () => {
    const { id } = (await start({ kind: 'offline', minutes: 60 })).json
    expect((await api.call('DELETE', `/api/v1/overrides/${id}`)).json).toMatchObject({ deleted: 1, applied: true })
    expect(await active()).toEqual([])
    const { items } = (await api.call('GET', '/api/v1/changes?entity=override')).json
    expect(items.map(({ operation, summary }: Record<string, string>) => [operation, summary])).toEqual([
      ['delete', 'block the internet for everyone'],
      ['create', 'block the internet for everyone'],
    ])
  })
  it('come back from the history while their time is not over', async () => {
    const { id, revision } = (await start({ kind: 'pause', minutes: 10 })).json
    const undo = (of: number) => api.call('POST', `/api/v1/revisions/${of}/undo`)
    expect((await undo(revision)).status).toBe(200)
    expect(await active()).toEqual([])
    const { items } = (await api.call('GET', '/api/v1/changes?entity=override')).json
    api.clock.advance(60_000)
    expect((await undo(items[0].revision)).status).toBe(200)
    expect(await active()).toMatchObject([{ id, kind: 'pause' }])
    const ended = (await api.call('DELETE', `/api/v1/overrides/${id}`)).json
    api.clock.advance(9 * 60_000)
    expect(await undo(ended.revision)).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect((await undo(ended.revision)).json.detail).toContain('it would have ended by now')
  })
  it('end with their group', async () => {
    const group = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json
    const made = await start({ kind: 'block', name: 'games.example', groupId: group.id, minutes: 30 })
    expect(made.json).toMatchObject({ groupName: 'Kids' })
    expect((await api.call('DELETE', `/api/v1/groups/${group.id}`)).status).toBe(200)
    expect(await active()).toEqual([])
  })
  it.each([
    ['a name that is missing', { kind: 'allow', minutes: 5 }, ['name']],
    ['a name where none belongs', { kind: 'pause', name: 'a.example', minutes: 5 }, ['name']],
    ['a bad name', { kind: 'block', name: 'a..example', minutes: 5 }, ['name']],
    ['the root', { kind: 'allow', name: '.', minutes: 5 }, ['name']],
    ['no end', { kind: 'pause' }, ['minutes']],
    ['two ends', { kind: 'pause', minutes: 5, until: 4_000_000_000_000 }, ['minutes']],
    ['an end in the past', { kind: 'pause', until: 1000 }, ['until']],
    ['an end beyond a year', { kind: 'pause', until: 9_000_000_000_000 }, ['until']],
    ['a client that is none', { kind: 'pause', client: 'tablet', minutes: 5 }, ['client']],
    ['a group that is not there', { kind: 'pause', groupId: 77, minutes: 5 }, ['groupId']],
    ['client and group at once', { kind: 'pause', groupId: 1, client: '192.0.2.1', minutes: 5 }, ['groupId']],
    ['no minutes at all', { kind: 'pause', minutes: 0 }, ['minutes']],
  ])('are refused with %s', async (_, body, fields) => {
    const reply = await start(body)
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toEqual(fields)
    expect(await active()).toEqual([])
  })
  it('are bounded in number', async () => {
    const at = { created_at: 1, ends_at: api.clock.now() + 60_000 }
    const insert = api.deps.database.prepare(
      `INSERT INTO override (kind, created_at, ends_at, created_by) VALUES ('pause', ?, ?, 'test')`,
    )
    for (let i = 0; i < 200; i++) insert.run(at.created_at, at.ends_at)
    expect((await start({ kind: 'pause', minutes: 5 })).json).toMatchObject({ code: 'conflict' })
  })
})
