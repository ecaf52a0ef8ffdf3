import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRcode } from '@weir/shared/dns/rcode'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { bucketStart, HIT_KINDS, Resolution } from '@weir/shared/log/rollup'
import { SEGMENT_ROWS } from '@weir/shared/log/segment'
import { listIdOfNamedSet } from '@weir/shared/services/rule-set-number'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogFixture, type LoggedQuery } from '../../testing/log-fixture.ts'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

const START = Date.UTC(2026, 0, 1)
const NAMES = ['example.org', 'www.example.org', 'notexample.org', 'a.b.example.net', '=formula.example.com']
const CLIENTS = ['192.0.2.1', '192.0.2.10', '2001:db8::1']

const nameAt = (i: number): string => NAMES[i % 10_007 === 5 ? 3 : i % 5003 === 1 ? 4 : (i * 7) % 3]!

function shadowAt(i: number): Pick<LoggedQuery, 'shadow'> {
  if (i % 701 === 0) return { shadow: { effect: i % 1402 === 0 ? 'freed' : 'blocked', listId: 1 } }
  return i % 9973 === 3 ? { shadow: { effect: 'rewritten', ruleId: 9 } } : {}
}

/** Two full segments and an open one; common values, and rare ones here and there. */
function makeQueries(): LoggedQuery[] {
  const rows = 2 * SEGMENT_ROWS + 500
  return Array.from({ length: rows - 1 }, (_, i) => ({
    id: i + 1,
    at: START + i * 10,
    name: nameAt(i),
    client: CLIENTS[i % 101 === 0 ? 2 : i % 2]!,
    qtype: i % 5 === 0 ? 28 : 1,
    rcode: i % 17 === 0 ? null : i % 11 === 0 ? 3 : 0,
    outcome: OUTCOMES[i % 13 === 0 ? 2 : i % 3 === 0 ? 1 : 0]!,
    ruleId: i % 9001 === 0 ? 7 : null,
    listId: i % 13 === 0 && i % 2 === 0 ? 1 : null,
    ...shadowAt(i),
  }))
}

const queries = makeQueries()
let api: TestApi
let log: LogFixture
beforeAll(async () => {
  api = await startTestApi()
  log = new LogFixture(api.deps.log.path)
  log.add(queries)
  log.seal(0)
  log.seal(1)
  api.deps.database
    .prepare(
      `INSERT INTO list (name, kind, source, position, created_at, updated_at, revision)
       VALUES ('Trackers', 'block', 'content', 1, 0, 0, 1)`,
    )
    .run()
}, 60_000)
afterAll(async () => {
  log.close()
  await api.close()
})

interface Filter {
  name?: string | undefined
  client?: string | undefined
  outcome?: string | undefined
  type?: string | undefined
  rcode?: string | undefined
  rule?: number | undefined
  list?: number | undefined
  shadow?: string | undefined
  shadowRule?: number | undefined
  shadowList?: number | undefined
  from?: number | undefined
  until?: number | undefined
}

/** The oracle: every row, one after the other. */
function matches(query: LoggedQuery, filter: Filter): boolean {
  const { name } = filter
  const fitsName =
    !name ||
    (name.startsWith('=')
      ? query.name === name.slice(1)
      : name.startsWith('.')
        ? query.name === name.slice(1) || query.name.endsWith(name)
        : query.name.includes(name))
  return Boolean(
    fitsName &&
      (filter.client === undefined || query.client === filter.client) &&
      (filter.outcome === undefined || query.outcome === filter.outcome) &&
      (filter.type === undefined || query.qtype === parseRrType(filter.type)) &&
      (filter.rcode === undefined || query.rcode === parseRcode(filter.rcode)) &&
      (filter.rule === undefined || query.ruleId === filter.rule) &&
      (filter.list === undefined || query.listId === filter.list) &&
      (filter.shadow === undefined || (query.shadow && ['any', query.shadow.effect].includes(filter.shadow))) &&
      (filter.shadowRule === undefined || query.shadow?.ruleId === filter.shadowRule) &&
      (filter.shadowList === undefined || query.shadow?.listId === filter.shadowList) &&
      query.at >= (filter.from ?? 0) &&
      query.at <= (filter.until ?? Number.POSITIVE_INFINITY),
  )
}

const urlOf = (filter: Filter & { limit?: number; cursor?: string; format?: string }, path = 'queries'): string => {
  const pairs = Object.entries(filter).filter(([, value]) => value !== undefined)
  return `/api/v1/${path}?${new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)]))}`
}

describe('GET /queries', () => {
  it('finds with any filter, page by page, what a look at every row finds', async () => {
    const time = fc.integer({ min: START - 1000, max: START + queries.length * 10 })
    const filters = fc.record(
      {
        name: fc.constantFrom(
          'example',
          '.example.org',
          '=example.org',
          'b.ex',
          '.example.net',
          'nothing',
          '=a.b.example.net',
        ),
        client: fc.constantFrom(...CLIENTS),
        outcome: fc.constantFrom('cached', 'blocked', 'stale'),
        type: fc.constantFrom('A', 'aaaa'),
        rcode: fc.constantFrom('NXDOMAIN', 'NOERROR'),
        rule: fc.constantFrom(7, 8),
        list: fc.constant(1),
        shadow: fc.constantFrom('any', 'blocked', 'rewritten', 'redirected'),
        shadowRule: fc.constantFrom(9, 1),
        shadowList: fc.constant(1),
        from: time,
        until: time,
      },
      { requiredKeys: [] },
    )
    for (const filter of fc.sample(filters, { numRuns: 80, seed: 3 })) {
      const expected = queries
        .filter((query) => matches(query, filter))
        .map(({ id }) => id)
        .reverse()
        .slice(0, 450)
      const found: number[] = []
      let cursor: string | undefined
      for (let pages = 0; found.length < expected.length && pages < 20; pages++) {
        const reply = await api.call('GET', urlOf({ ...filter, limit: 150, ...(cursor ? { cursor } : {}) }))
        expect(reply.status).toBe(200)
        found.push(...reply.json.items.map(({ id }: { id: number }) => id))
        cursor = reply.json.nextCursor ?? undefined
        if (!cursor) break
      }
      expect(found.slice(0, 450), JSON.stringify(filter)).toEqual(expected)
    }
  }, 60_000)

  it('finds a client by the id that it gave', async () => {
    log.database.prepare(`INSERT INTO client (id, address, client_id) VALUES (99, '192.0.2.1', 'tablet')`).run()
    log.database.prepare('UPDATE query SET client_id = 99 WHERE id = ?').run(queries.at(-1)!.id)
    try {
      const found = async (client: string) => (await api.call('GET', urlOf({ client, limit: 1 }))).json.items[0]
      expect(await found('id:Tablet')).toMatchObject({ id: queries.at(-1)!.id, clientId: 'tablet' })
      expect(await found('tabl')).toMatchObject({ clientId: 'tablet' })
      expect(await found('id:')).toBeUndefined()
    } finally {
      const known = log.database.prepare('SELECT id FROM client WHERE address = ?').pluck().get(queries.at(-1)!.client)
      log.database.prepare('UPDATE query SET client_id = ? WHERE client_id = 99').run(known)
      log.database.exec('DELETE FROM client WHERE id = 99')
    }
  })

  it('shows a row with its names in words', async () => {
    const reply = await api.call('GET', urlOf({ list: 1, limit: 1 }))
    expect(reply.json).toMatchObject({ state: 'ok' })
    const last = queries.findLast(({ listId }) => listId === 1)!
    expect(reply.json.items[0]).toEqual({
      id: last.id,
      at: last.at,
      clientId: null,
      client: last.client,
      name: last.name,
      type: last.qtype === 1 ? 'A' : 'AAAA',
      rcode: last.rcode === null ? null : last.rcode === 0 ? 'NOERROR' : 'NXDOMAIN',
      outcome: 'blocked',
      reason: 'none',
      transport: 'udp',
      durationUs: 250,
      ruleId: last.ruleId,
      listId: 1,
      listName: 'Trackers',
      ruleSet: null,
      shadow: null,
      upstream: null,
      answer: '',
    })
  })

  it('finds clients by a part of their address, where no address is exactly that', async () => {
    const reply = await api.call('GET', urlOf({ client: '2001:db8', limit: 1000 }))
    expect(new Set(reply.json.items.map(({ client }: { client: string }) => client))).toEqual(new Set(['2001:db8::1']))
  })

  it.each([
    [{ type: 'NOTYPE' }, ['type']],
    [{ rcode: 'MAYBE' }, ['rcode']],
    [{ name: '.a..b' }, ['name']],
    [{ outcome: 'lost' }, ['outcome']],
    [{ shadow: 'maybe' }, ['shadow']],
    [{ cursor: 'xyz' }, ['cursor']],
    [{ limit: 0 }, ['limit']],
  ])('refuses %j', async (filter, fields) => {
    const reply = await api.call('GET', urlOf(filter as Filter))
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toEqual(fields)
  })

  it('needs a sign-in', async () => {
    expect((await api.call('GET', '/api/v1/queries', { as: 'nobody' })).status).toBe(401)
  })
})

describe('GET /queries/shadow', () => {
  it('counts those of a service by its name, and of all the last days together', async () => {
    const insert = log.database.prepare('INSERT INTO hit (kind, id, day, count, last_at) VALUES (?, ?, ?, ?, ?)')
    const today = bucketStart(api.clock.now(), Resolution.Day)
    insert.run(HIT_KINDS.indexOf('shadow-list'), listIdOfNamedSet('youtube'), today, 7, today + 5)
    insert.run(HIT_KINDS.indexOf('shadow-rule'), 3, today, 4, today + 9)
    insert.run(HIT_KINDS.indexOf('shadow-rule'), 3, today - 30 * 86_400_000, 1000, today)
    const report = async (query: string) => (await api.call('GET', `/api/v1/queries/shadow${query}`)).json
    expect(await report('?ruleSet=youtube')).toMatchObject({ queries: 7, since: today, lastAt: today + 5 })
    expect(await report('')).toMatchObject({ queries: 11, since: today, lastAt: today + 9 })
    log.database.prepare('DELETE FROM hit').run()
  })

  it('says how many queries of whom a list or a rule would have changed, and which names most', async () => {
    const insert = log.database.prepare('INSERT INTO hit (kind, id, day, count, last_at) VALUES (?, ?, ?, ?, ?)')
    insert.run(HIT_KINDS.indexOf('shadow-list'), 1, START, 500, START + 5)
    insert.run(HIT_KINDS.indexOf('shadow-list'), 1, START + 86_400_000, 20, START + 86_400_007)
    const report = (await api.call('GET', '/api/v1/queries/shadow?list=1')).json
    const would = queries.filter(({ shadow }) => shadow?.listId === 1)
    expect(report).toMatchObject({
      ...{ queries: 520, since: START, lastAt: START + 86_400_007, state: 'ok' },
      read: { queries: would.length, isAll: true, clients: new Set(would.map(({ client }) => client)).size },
    })
    const counted = report.names.reduce((sum: number, name: { queries: number }) => sum + name.queries, 0)
    expect(counted).toBe(would.length)
    expect(report.names[0].queries).toBeGreaterThanOrEqual(report.names[1].queries)
    const ofRule = (await api.call('GET', '/api/v1/queries/shadow?rule=9')).json
    expect(ofRule).toMatchObject({ queries: 0, since: null })
    expect(ofRule.names[0]).toMatchObject({ effect: 'rewritten', queries: 3 })
    expect((await api.call('GET', '/api/v1/queries/shadow?list=77')).json).toMatchObject({ queries: 0, names: [] })
    for (const query of ['?list=1&rule=2', '?list=x', '?ruleSet=no-such-set'])
      expect((await api.call('GET', `/api/v1/queries/shadow${query}`)).status).toBe(422)
  })

  it('shows what would have been done in the entries', async () => {
    const { items } = (await api.call('GET', urlOf({ shadow: 'freed', limit: 1 }))).json
    expect(items[0].shadow).toEqual({ effect: 'freed', ruleId: null, listId: 1, listName: 'Trackers', ruleSet: null })
  })
})

describe('GET /queries/export', () => {
  it('streams all rows that fit as CSV, and leaves no formula in it', async () => {
    const reply = await api.call('GET', urlOf({ name: 'formula' }, 'queries/export'))
    const lines = reply.text.split('\r\n')
    expect(lines[0]).toBe(
      'id,at,client,name,type,rcode,outcome,reason,transport,durationUs,ruleId,listId,listName,ruleSet,upstream,answer,shadow,clientId',
    )
    expect(lines).toHaveLength(2 + queries.filter(({ name }) => name.includes('formula')).length)
    for (const line of lines.slice(1, -1)) expect(line.split(',')[3]).toBe("'=formula.example.com")
    expect(lines[1]).toContain('2026-01-01T')
  })

  it('writes JSON lines, up to a limit over several pages', async () => {
    const reply = await api.call('GET', urlOf({ limit: 2500, format: 'jsonl' }, 'queries/export'))
    const entries = reply.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number })
    expect(entries.map(({ id }) => id)).toEqual(
      queries
        .slice(-2500)
        .map(({ id }) => id)
        .reverse(),
    )
  })

  it('refuses a wrong filter before it sends anything', async () => {
    expect((await api.call('GET', urlOf({ type: 'NOTYPE' }, 'queries/export'))).status).toBe(422)
  })
})

describe('DELETE /queries', () => {
  it('asks the resolver to clear the log', async () => {
    api.resolver.replies.set('POST /log/clear', () => ({ status: 200, body: { cleared: true } }))
    expect((await api.call('DELETE', '/api/v1/queries')).status).toBe(204)
    expect(api.resolver.requests.at(-1)).toMatchObject({ method: 'POST', path: '/log/clear' })
  })

  it('tells when log.db cannot be used', async () => {
    api.resolver.replies.set('POST /log/clear', () => ({ status: 200, body: { cleared: false } }))
    const reply = await api.call('DELETE', '/api/v1/queries')
    expect([reply.status, reply.json.code]).toEqual([503, 'database-busy'])
  })

  it('is for administrators', async () => {
    expect((await api.call('DELETE', '/api/v1/queries', { as: 'operator' })).status).toBe(403)
  })
})

describe('without a log.db that can be used', () => {
  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['broken', (path: string) => writeFileSync(path, 'no database, '.repeat(500))],
  ])('the log is empty and says so when it is %s', async (_state, spoil) => {
    const other = await startTestApi({ withResolver: false })
    try {
      const path = join(other.deps.dataDir, 'log.db')
      new LogFixture(path).close()
      spoil(path)
      const reply = await other.call('GET', '/api/v1/queries')
      expect([reply.status, reply.json]).toEqual([200, { items: [], nextCursor: null, state: 'unavailable' }])
      expect((await other.call('GET', '/api/v1/queries/export')).text.split('\r\n')).toHaveLength(2)
      for (const page of ['summary', 'series', 'top?kind=names', 'recent'])
        expect((await other.call('GET', `/api/v1/stats/${page}`)).status).toBe(200)
    } finally {
      await other.close()
    }
  })
})

describe('the explanation of a logged query', () => {
  it('is asked of the resolver, and not about a query that is not there', async () => {
    expect((await api.call('GET', '/api/v1/queries/99999999/explain')).status).toBe(404)
    expect((await api.call('GET', '/api/v1/queries/0/explain')).status).toBe(422)
    const { items } = (await api.call('GET', '/api/v1/queries?limit=1')).json
    const down = await api.call('GET', `/api/v1/queries/${items[0].id}/explain`)
    expect(down.json).toMatchObject({ code: 'resolver-unreachable' })
  })
})
