import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, type TestReply } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

const RULE = { action: 'block', match: 'exact', pattern: 'ads.example.org', comment: 'mine' }
const create = async (body: object = RULE) => (await api.call('POST', '/api/v1/rules', { body })).json
const rule = async (id: number) => (await api.call('GET', `/api/v1/rules/${id}`)).json
const newest = async () => (await api.call('GET', '/api/v1/changes?limit=1')).json.items[0]
const undo = (id: number, as: 'admin' | 'operator' | 'viewer' = 'operator') =>
  api.call('POST', `/api/v1/changes/${id}/undo`, { as })
const undoNewest = async (): Promise<TestReply> => undo((await newest()).id, 'admin')

describe('undoing a change of a rule', () => {
  it('puts a deleted rule back under its id, with owner and time of making', async () => {
    const { id } = await create()
    const before = await rule(id)
    await api.call('DELETE', `/api/v1/rules/${id}`)
    expect(await undoNewest()).toMatchObject({ status: 200, json: { undone: 1, applied: true } })
    const { updatedAt: _then, version: _version, ...kept } = before
    expect(await rule(id)).toMatchObject(kept)
    expect(api.deps.database.prepare('SELECT count(*) FROM deleted_rule').pluck().get()).toBe(0)
  })

  it('turns an edit back, and takes a new rule away', async () => {
    const { id } = await create()
    await api.call('PATCH', `/api/v1/rules/${id}`, { body: { action: 'allow', ttlSeconds: 5, comment: '' } })
    await undoNewest()
    expect(await rule(id)).toMatchObject({ action: 'block', comment: 'mine', ttlSeconds: null })
    const other = await create({ ...RULE, pattern: 'other.example.org' })
    await undoNewest()
    expect((await api.call('GET', `/api/v1/rules/${other.id}`)).status).toBe(404)
  })

  it('turns a rule that acts back into one that only records, and forth', async () => {
    const { id } = await create({ ...RULE, shadow: true })
    expect(await rule(id)).toMatchObject({ shadow: true, text: expect.stringContaining('shadow') })
    await api.call('PATCH', `/api/v1/rules/${id}`, { body: { shadow: false } })
    expect(await rule(id)).not.toHaveProperty('shadow')
    await undoNewest()
    expect(await rule(id)).toMatchObject({ shadow: true })
    await undoNewest()
    expect(await rule(id)).not.toHaveProperty('shadow')
    // The same rule is the same whether it acts or not.
    expect((await api.call('POST', '/api/v1/rules', { body: { ...RULE, shadow: true } })).status).toBe(409)
  })

  it('is a change of its own, which can be undone in turn', async () => {
    const { id } = await create()
    await undoNewest()
    const undone = await newest()
    expect(undone).toMatchObject({ operation: 'delete', entityId: String(id), undo: { isPossible: true } })
    expect(undone.summary).toMatch(/^undo of change \d+: /)
    await undoNewest()
    expect(await rule(id)).toMatchObject(RULE)
  })

  it('is refused when a later change builds on it, and names both', async () => {
    const { id } = await create()
    const first = await newest()
    await api.call('PATCH', `/api/v1/rules/${id}`, { body: { enabled: false } })
    const second = await newest()
    const reply = await undo(first.id)
    expect(reply.status).toBe(409)
    expect(reply.json.detail).toContain(`change ${first.id} (`)
    expect(reply.json.detail).toContain(`change ${second.id} (`)
    expect(await rule(id)).toMatchObject({ enabled: false })
    const { items } = (await api.call('GET', '/api/v1/changes?limit=2')).json
    expect(items.map((item: { undo: { isPossible: boolean } }) => item.undo.isPossible)).toEqual([true, false])
  })

  it('is refused when an equal rule has come meanwhile, and names both', async () => {
    const { id } = await create()
    await api.call('DELETE', `/api/v1/rules/${id}`)
    const { id: deletion } = await newest()
    const other = await create()
    const reply = await undo(deletion)
    expect(reply).toMatchObject({ status: 409 })
    expect(reply.json.detail).toContain(`rule ${other.id} says the same as rule ${id} did`)
  })

  it('needs the role of such a change', async () => {
    await create()
    const { id } = await newest()
    expect((await undo(id, 'viewer')).status).toBe(403)
    await api.call('PATCH', '/api/v1/settings', { body: { log: { enabled: false } } })
    expect((await undo((await newest()).id, 'operator')).status).toBe(403)
    expect((await undo(999, 'admin')).status).toBe(404)
  })
})

describe('undoing a revision', () => {
  it('puts all rules of a bulk deletion back under their ids', async () => {
    const ids: number[] = []
    for (const at of [1, 2, 3]) ids.push((await create({ ...RULE, pattern: `n${at}.example.org` })).id)
    const bulk = await api.call('POST', '/api/v1/rules/bulk', { body: { ids, operation: 'delete' } })
    expect((await api.call('GET', '/api/v1/rules')).json.items).toEqual([])
    const reply = await api.call('POST', `/api/v1/revisions/${bulk.json.revision}/undo`)
    expect(reply).toMatchObject({ status: 200, json: { undone: 3 } })
    const { items } = (await api.call('GET', '/api/v1/rules?sort=id')).json
    expect(items.map((item: { id: number }) => item.id)).toEqual(ids)
    expect((await api.call('POST', `/api/v1/revisions/${bulk.json.revision}/undo`)).status).toBe(409)
    expect((await api.call('POST', '/api/v1/revisions/9999/undo')).status).toBe(404)
  })

  it('undoes all or nothing', async () => {
    const ids = [(await create()).id, (await create({ ...RULE, pattern: 'b.example.org' })).id]
    const bulk = await api.call('POST', '/api/v1/rules/bulk', { body: { ids, operation: 'delete' } })
    await create()
    expect((await api.call('POST', `/api/v1/revisions/${bulk.json.revision}/undo`)).status).toBe(409)
    expect((await api.call('GET', '/api/v1/rules')).json.total).toBe(1)
  })
})

describe('undoing an import', () => {
  const text = 'a.example.org\nb.example.org\nc.example.org\n'
  it('takes out what it added, and nothing else', async () => {
    const kept = await create({ ...RULE, pattern: 'b.example.org', match: 'suffix' })
    await api.call('POST', '/api/v1/rules/import', { body: { text } })
    expect(await newest()).toMatchObject({ operation: 'import', undo: { isPossible: true } })
    await undoNewest()
    const { items } = (await api.call('GET', '/api/v1/rules')).json
    expect(items.map((item: { id: number }) => item.id)).toEqual([kept.id])
    const { items: added } = (await api.call('GET', '/api/v1/changes?limit=2')).json
    expect(added.map((item: { undoneBy: number | null }) => item.undoneBy)).toEqual([null, added[0].id])
    // Done again, with the ids that it had.
    await undoNewest()
    expect((await api.call('GET', '/api/v1/rules?sort=id')).json.items).toMatchObject([
      { id: kept.id },
      { id: 2, pattern: 'a.example.org' },
      { id: 3, pattern: 'b.example.org' },
      { id: 4, pattern: 'c.example.org' },
    ])
    expect(await newest()).toMatchObject({ operation: 'import', undo: { isPossible: true } })
  })

  it('is refused when one of its rules has been changed since', async () => {
    await api.call('POST', '/api/v1/rules/import', { body: { text } })
    const { id: imported } = await newest()
    const { items } = (await api.call('GET', '/api/v1/rules')).json
    await api.call('PATCH', `/api/v1/rules/${items[1].id}`, { body: { comment: 'kept' } })
    const reply = await undo(imported)
    expect(reply.status).toBe(409)
    expect(reply.json.detail).toContain(`change ${(await newest()).id} (`)
  })
})

describe('undoing other changes', () => {
  it('brings settings, groups and roles back', async () => {
    await api.call('PATCH', '/api/v1/settings', { body: { blocking: { ttlSeconds: 7 }, precedence: 'block-first' } })
    const { revision } = await newest()
    await api.call('POST', `/api/v1/revisions/${revision}/undo`)
    expect((await api.call('GET', '/api/v1/settings')).json).toMatchObject({
      blocking: { ttlSeconds: 60 },
      precedence: 'allow-first',
    })

    const group = { name: 'Children', clients: ['192.0.2.64/26'], comment: 'c' }
    const { id } = (await api.call('POST', '/api/v1/groups', { body: group })).json
    await api.call('PATCH', `/api/v1/groups/${id}`, { body: { name: 'Kids', clients: [] } })
    await undoNewest()
    expect((await api.call('GET', `/api/v1/groups/${id}`)).json).toMatchObject(group)
    await api.call('DELETE', `/api/v1/groups/${id}`)
    await undoNewest()
    expect((await api.call('GET', `/api/v1/groups/${id}`)).json).toMatchObject(group)

    const user = { name: 'eve', password: 'correct horse', role: 'viewer' }
    const { id: userId } = (await api.call('POST', '/api/v1/users', { body: user })).json
    await api.call('PATCH', `/api/v1/users/${userId}`, { body: { role: 'operator' } })
    await undoNewest()
    const { items } = (await api.call('GET', '/api/v1/users')).json
    expect(items).toMatchObject([{ name: 'eve', role: 'viewer' }])
  })

  it('brings lists back as far as their content is kept', async () => {
    const input = { name: 'Ads', kind: 'block', text: 'ads.example.org' }
    const { id } = (await api.call('POST', '/api/v1/lists', { body: input })).json
    const url = `/api/v1/lists/${id}`
    await api.call('PATCH', url, { body: { name: 'Other', enabled: false, comment: 'c' } })
    await undoNewest()
    expect((await api.call('GET', url)).json).toMatchObject({ name: 'Ads', enabled: true, comment: '' })

    await api.call('PUT', `${url}/content`, {
      body: 'ads.example.org\nmore.example.org',
      headers: { 'content-type': 'text/plain' },
    })
    expect((await api.call('GET', url)).json.activeVersion.names).toBe(2)
    expect((await undoNewest()).json).toMatchObject({ undone: 1 })
    expect((await api.call('GET', url)).json.activeVersion.names).toBe(1)

    await api.call('DELETE', url)
    expect((await undoNewest()).json).toMatchObject({ undone: 1 })
    expect((await api.call('GET', url)).json).toMatchObject({ id, name: 'Ads', activeVersion: { names: 1 } })
    await api.call('DELETE', url)
    api.clock.advance(86_400_001)
    expect((await undoNewest()).json.detail).toContain('the content of a deleted list is kept for a day')
  })

  it('says what is not kept', async () => {
    const { id } = (await api.call('POST', '/api/v1/tokens', { body: { name: 't', role: 'viewer' } })).json
    await api.call('DELETE', `/api/v1/tokens/${id}`)
    expect(await newest()).toMatchObject({ undo: { isPossible: false } })
    expect((await undoNewest()).json.detail).toContain('the secret of a revoked token is not kept')
    api.resolver.replies.set('POST /log/clear', () => ({ status: 200, body: { cleared: true } }))
    expect((await api.call('DELETE', '/api/v1/queries')).status).toBe(204)
    expect(await newest()).toMatchObject({ entity: 'log', operation: 'delete', undo: { isPossible: false } })
    expect((await undoNewest()).status).toBe(409)
  })
})

describe('a rule in the history', () => {
  const scoped = async () => {
    const group = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json
    const { id } = await create({ ...RULE, groups: [group.id] })
    const created = await newest()
    await api.call('DELETE', `/api/v1/rules/${id}`)
    await api.call('PATCH', `/api/v1/groups/${group.id}`, { body: { name: 'Teens' } })
    await api.call('DELETE', `/api/v1/groups/${group.id}`)
    return { created, group }
  }
  const again = async (id: number) =>
    (await api.call('GET', '/api/v1/changes?entity=rule')).json.items.find((item: { id: number }) => item.id === id)

  it('is named with the groups that it is for, as they were called then', async () => {
    const { created } = await scoped()
    expect(created.summary).toBe('ads.example.org for Kids')
    const { words, fields } = await again(created.id)
    expect(words).toContain('groups Kids')
    expect(fields).toContainEqual({ field: 'groups', after: 'Kids' })
    const found = await api.call('GET', '/api/v1/changes?entity=rule&search=Kids')
    expect(found.json.items.length).toBe(2)
  })

  it('is named so, too, where it was recorded by its line', async () => {
    const { created, group } = await scoped()
    api.deps.database
      .prepare('UPDATE change SET summary = ? WHERE id = ?')
      .run(`undo of change 3: |ads.example.org^$groups=${group.id}`, created.id)
    expect(await again(created.id)).toMatchObject({ summary: 'undo of change 3: ads.example.org for Kids' })
  })

  it('is named so in comparisons and in what an undo would do', async () => {
    const { created } = await scoped()
    const range = `from=${created.revision}&to=${created.revision + 1}`
    const { things } = (await api.call('GET', `/api/v1/revisions/compare?${range}`)).json
    expect(things).toMatchObject([{ entity: 'rule', title: 'ads.example.org for Kids', operation: 'delete' }])
    expect(things[0].words).toContain('groups Kids')
    const text = (await api.call('GET', `/api/v1/revisions/compare?${range}&format=text`)).text
    expect(text).toContain('- rule: ads.example.org for Kids\n')
    const select = { toRevision: created.revision }
    const preview = (await api.call('POST', '/api/v1/undo/preview', { body: { select } })).json
    expect(preview.steps.map((step: { change: { summary: string } }) => step.change.summary)).toContain(
      'ads.example.org for Kids',
    )
  })
})
