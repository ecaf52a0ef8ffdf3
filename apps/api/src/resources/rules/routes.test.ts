import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const block = (pattern: string, extra: object = {}) => ({ action: 'block', match: 'suffix', pattern, ...extra })
const create = async (body: object) => {
  const reply = await api.call('POST', '/api/v1/rules', { body })
  expect(reply.json).toMatchObject({ id: expect.any(Number) })
  return reply.json
}

describe('creating a rule', () => {
  it('answers with the row as it is stored, and that the resolver has it', async () => {
    const reply = await api.call('POST', '/api/v1/rules', { body: block('WWW.Bücher.example.'), as: 'operator' })
    expect(reply.status).toBe(201)
    expect(reply.json).toMatchObject({
      pattern: 'www.xn--bcher-kva.example',
      enabled: true,
      owner: 'token:operator',
      text: '||www.xn--bcher-kva.example^',
      applied: true,
      revision: api.deps.config.revision,
    })
    expect(reply.headers.etag).toBe(`"${reply.json.revision}"`)
    expect(reply.headers.location).toBe(`/api/v1/rules/${reply.json.id}`)
    expect(api.resolver.requests.at(-1)).toMatchObject({ path: '/reload', body: { revision: reply.json.revision } })
  })

  it.each([
    ['a block that yields and is important', block('a.example', { yields: true, important: true }), ['yields']],
    ['an unknown field', block('a.example', { colour: 'red' }), ['colour']],
    ['an unknown field of the answer', block('a.example', { answer: { knid: 'null' } }), ['answer.knid']],
    ['a field of another action', block('a.example', { servers: ['192.0.2.1'] }), ['servers']],
    ['no pattern', { action: 'block', match: 'exact' }, ['pattern']],
    ['an unknown action', { action: 'stop', match: 'exact', pattern: 'a.example' }, ['action']],
    ['a bad name', block('a..example'), ['pattern']],
    ['a pattern that no linear engine takes', { action: 'block', match: 'regex', pattern: '(?=a)b' }, ['pattern']],
    ['a bad address', block('a.example', { answer: { kind: 'addresses', ipv4: ['192.0.2.300'] } }), ['answer.ipv4[0]']],
    ['a bad server', { action: 'forward', match: 'suffix', pattern: 'a.example', servers: ['no server'] }, ['servers']],
    ['a group that is not there', block('a.example', { groups: [1, 77] }), ['groups[1]']],
    [
      'prefixes of different length',
      { action: 'rewrite', match: 'address', pattern: '192.0.2.0/24', target: '198.51.100.0/25' },
      ['target'],
    ],
  ])('refuses %s and names the field', async (_, body, fields) => {
    const reply = await api.call('POST', '/api/v1/rules', { body })
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toEqual(fields)
  })

  it('says which actions there are to who sends another', async () => {
    const reply = await api.call('POST', '/api/v1/rules', {
      body: { action: 'stop', match: 'exact', pattern: 'a.example' },
    })
    expect(reply.json.detail).toBe('action: must be one of "block", "allow", "forward", "rewrite", "alias"')
  })

  it('refuses the same rule a second time and says which it is', async () => {
    const { id } = await create(block('twice.example'))
    const reply = await api.call('POST', '/api/v1/rules', { body: block('TWICE.example', { comment: 'again' }) })
    expect(reply.status).toBe(409)
    expect(reply.json).toMatchObject({ code: 'conflict', existingId: id })
  })

  it.each([
    ['nobody', 401],
    ['viewer', 403],
  ] as const)('is refused to %s', async (as, status) => {
    expect((await api.call('POST', '/api/v1/rules', { body: block('b.example'), as })).status).toBe(status)
  })

  it('answers 400 for unreadable JSON', async () => {
    const reply = await api.call('POST', '/api/v1/rules', {
      body: '{"act',
      headers: { 'content-type': 'application/json' },
    })
    expect(reply.status).toBe(400)
    expect(reply.json.code).toBe('malformed-request')
    expect(reply.headers['content-type']).toBe('application/problem+json')
  })

  it('says applied: false when the resolver cannot take it up', async () => {
    api.resolver.replies.set('POST /reload', () => ({ status: 200, body: { revision: 1, applied: false } }))
    expect(await create(block('late.example'))).toMatchObject({ applied: false })
    api.resolver.replies.set('POST /reload', ({ body }) => ({
      status: 200,
      body: { revision: (body as { revision: number }).revision, applied: true },
    }))
  })
})

describe('an Idempotency-Key', () => {
  it('gives the first answer again, and 409 for another request', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await api.call('POST', '/api/v1/rules', { body: block('once.example'), headers })
    const second = await api.call('POST', '/api/v1/rules', { body: block('once.example'), headers })
    expect(second).toMatchObject({ status: 201, text: first.text })
    expect(second.headers['idempotency-replayed']).toBe('true')
    const other = await api.call('POST', '/api/v1/rules', { body: block('other.example'), headers })
    expect(other.status).toBe(409)
  })
})

describe('aliases', () => {
  const alias = (pattern: string, target: string, match = 'exact') => ({ action: 'alias', match, pattern, target })
  it('are refused when they lead back to themselves, directly or over others', async () => {
    await create(alias('a.loop.example', 'b.loop.example'))
    await create(alias('b.loop.example', 'c.loop.example'))
    const reply = await api.call('POST', '/api/v1/rules', { body: alias('c.loop.example', 'a.loop.example') })
    expect(reply.status).toBe(422)
    expect(reply.json.errors).toEqual([
      { field: 'target', message: 'makes a loop: c.loop.example → a.loop.example → b.loop.example → c.loop.example' },
    ])
  })
  it('are refused when a name would grow for ever', async () => {
    const reply = await api.call('POST', '/api/v1/rules', { body: alias('grow.example', 'a.grow.example', 'suffix') })
    expect(faultyFields(reply)).toEqual(['target'])
  })
  it('are refused when switching them on closes a loop', async () => {
    const { id } = await create({ ...alias('x.example', 'y.example'), enabled: false })
    await create(alias('y.example', 'x.example'))
    const reply = await api.call('PATCH', `/api/v1/rules/${id}`, { body: { enabled: true } })
    expect(faultyFields(reply)).toEqual(['target'])
  })
})

describe('editing a rule', () => {
  it('changes what is given, drops what no longer belongs, and keeps the rest', async () => {
    const { id } = await create(block('edit.example', { comment: 'keep', answer: { kind: 'nxdomain' } }))
    const reply = await api.call('PATCH', `/api/v1/rules/${id}`, { body: { action: 'allow' } })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ action: 'allow', comment: 'keep', pattern: 'edit.example' })
    expect(reply.json).not.toHaveProperty('answer')
  })
  it('honours If-Match', async () => {
    const created = await api.call('POST', '/api/v1/rules', { body: block('match.example') })
    const url = `/api/v1/rules/${created.json.id}`
    const headers = { 'if-match': String(created.headers.etag) }
    expect((await api.call('PATCH', url, { body: { comment: 'first' }, headers })).status).toBe(200)
    const stale = await api.call('PATCH', url, { body: { comment: 'second' }, headers })
    expect(stale).toMatchObject({ status: 412, json: { code: 'stale-edit' } })
    expect((await api.call('DELETE', url, { headers })).status).toBe(412)
    const current = await api.call('GET', url)
    expect(
      (await api.call('DELETE', url, { headers: { 'if-match': String(current.headers.etag) } })).json.deleted,
    ).toBe(1)
    expect((await api.call('GET', url)).status).toBe(404)
  })
  it('refuses to become equal to another rule', async () => {
    const first = await create(block('one.example'))
    const second = await create(block('two.example'))
    const reply = await api.call('PATCH', `/api/v1/rules/${second.id}`, { body: { pattern: 'one.example' } })
    expect(reply).toMatchObject({ status: 409, json: { existingId: first.id } })
  })
  it('answers 404 for a rule that is not there, 422 for an id that is none', async () => {
    expect((await api.call('PATCH', '/api/v1/rules/999999', { body: {} })).status).toBe(404)
    expect(faultyFields(await api.call('GET', '/api/v1/rules/x'))).toEqual(['id'])
  })
})

describe('listing rules', () => {
  it.each(['id', '-id', 'pattern', '-pattern', 'action', '-action', 'updatedAt', '-updatedAt'])(
    'gives every row once over pages sorted by %s',
    async (sort) => {
      const ids: number[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const reply = await api.call(
          'GET',
          `/api/v1/rules?limit=3&sort=${sort}&cursor=${cursor}`.replace('&cursor=&', '&').replace(/&cursor=$/, ''),
        )
        expect(reply.status).toBe(200)
        ids.push(...reply.json.items.map(({ id }: { id: number }) => id))
        cursor = reply.json.nextCursor
      }
      const { total } = (await api.call('GET', '/api/v1/rules?limit=1')).json
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBe(total)
    },
  )
  it('searches pattern and comment, with wildcards taken as they are', async () => {
    await create(block('needle_1.example', { comment: 'from 100% of users' }))
    const find = async (search: string) =>
      (await api.call('GET', `/api/v1/rules?search=${encodeURIComponent(search)}`)).json.items.length
    expect(await find('needle_1')).toBe(1)
    expect(await find('needle%1')).toBe(0)
    expect(await find('100%')).toBe(1)
    expect(await find('Bücher')).toBe(1)
  })
  it.each([
    ['limit=0', 'limit'],
    ['sort=colour', 'sort'],
    ['cursor=abc', 'cursor'],
    ['colour=red', 'colour'],
  ])('refuses ?%s', async (query, field) => {
    expect(faultyFields(await api.call('GET', `/api/v1/rules?${query}`))).toEqual([field])
  })
})

describe('import', () => {
  it('adds, counts duplicates and reports bad lines by number', async () => {
    const text =
      '\ufeff# mine\r\n0.0.0.0 ads.import.example\r\n||ads.import.example^\n||ads.import.example^\nnot a rule !\n@@||ok.import.example^\n'
    const dry = await api.call('POST', '/api/v1/rules/import', { body: { text, dryRun: true } })
    const before = api.deps.config.revision
    const reply = await api.call('POST', '/api/v1/rules/import', { body: { text } })
    const { applied: _a, revision: _r, ...dryCounts } = dry.json
    expect(reply.json).toMatchObject(dryCounts)
    expect(reply.json).toMatchObject({ added: 3, duplicates: 1, rejectedCount: 1, revision: before + 1, applied: true })
    expect(reply.json.rejected).toEqual([{ line: 5, text: 'not a rule !', reason: expect.any(String) }])
  })
  it('reports an alias loop as a rejected line', async () => {
    const text = '||p.example^$alias=q.example\n||q.example^$alias=p.example'
    const reply = await api.call('POST', '/api/v1/rules/import', { body: { text } })
    expect(reply.json).toMatchObject({ added: 1, rejectedCount: 1 })
    expect(reply.json.rejected[0].reason).toContain('loop')
  })
  it('reports a loop through aliases for all names below', async () => {
    const text = '||*.s.example^$alias=t.example\n||*.t.example^$alias=s.example\n||*.u.example^$alias=x.u.example'
    const reply = await api.call('POST', '/api/v1/rules/import', { body: { text } })
    expect(reply.json).toMatchObject({ added: 1, rejectedCount: 2 })
    expect(reply.json.rejected.map(({ reason }: { reason: string }) => reason)).toEqual([
      expect.stringContaining('loop'),
      expect.stringContaining('its own target'),
    ])
  })
  it('exports what it can import', async () => {
    const text = (await api.call('GET', '/api/v1/rules/export')).text
    const { total } = (await api.call('GET', '/api/v1/rules?limit=1')).json
    const off = text.split('\n').filter((line) => line.startsWith('! off: ')).length
    const reply = await api.call('POST', '/api/v1/rules/import', { body: { text, dryRun: true } })
    expect(reply.json).toMatchObject({ added: 0, duplicates: total - off, rejectedCount: 0 })
  })
})

describe('bulk edit', () => {
  it('switches off, on and deletes in one revision, one change row each', async () => {
    const ids = [(await create(block('bulk1.example'))).id, (await create(block('bulk2.example'))).id]
    const bulk = (operation: string) =>
      api.call('POST', '/api/v1/rules/bulk', { body: { ids: [...ids, 999_999], operation } })
    expect((await bulk('disable')).json).toMatchObject({ changed: 2 })
    expect((await bulk('disable')).json).toMatchObject({ changed: 0 })
    const before = api.deps.config.revision
    expect((await bulk('delete')).json).toMatchObject({ changed: 2, revision: before + 1 })
    const rows = api.deps.database
      .prepare('SELECT operation FROM change WHERE revision = ?')
      .pluck()
      .all(before + 1)
    expect(rows).toEqual(['delete', 'delete'])
    expect(
      api.deps.database
        .prepare('SELECT count(*) FROM deleted_rule WHERE revision = ?')
        .pluck()
        .get(before + 1),
    ).toBe(2)
  })
})

describe('preview', () => {
  it('says what would be stored, in words, and which rules already cover it', async () => {
    const { id } = await create(block('cover.example'))
    const reply = await api.call('POST', '/api/v1/rules/preview', { body: block('Deep.COVER.example'), as: 'viewer' })
    expect(reply.json).toMatchObject({
      pattern: 'deep.cover.example',
      text: '||deep.cover.example^',
      summary: 'Blocks deep.cover.example and everything below it',
      coveredBy: [{ id, text: '||cover.example^' }],
      matchedQueries: 0,
    })
  })
})
