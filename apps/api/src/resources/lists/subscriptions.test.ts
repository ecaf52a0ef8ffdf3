import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ListEvent } from '@weir/shared/contract/lists'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'
import { ListRepository } from './repository.ts'
import { FetchSchedule } from './schedule-fetches.ts'

const PATIENT = { timeout: 60_000 }

let api: TestApi
let source: Server
let url: string
/** What the list's server does next. */
let answer: (request: IncomingMessage, response: ServerResponse) => unknown
let events: ListEvent[]

beforeEach(async () => {
  api = await startTestApi()
  source = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(source, 'listening')
  url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/list.txt`
  events = []
  api.deps.events.subscribe(({ name, data }) => name === 'list' && events.push(data as ListEvent))
})
afterEach(async () => {
  await api.close()
  source.closeAllConnections()
  source.close()
})

const subscribe = async (body: object = {}) => {
  const fields = { name: 'Subscribed', kind: 'block', url, allowPrivateAddresses: true, ...body }
  return (await api.call('POST', '/api/v1/lists', { body: fields })).json
}
const refresh = (id: number) => api.call('POST', `/api/v1/lists/${id}/refresh`)
const list = async (id: number) => (await api.call('GET', `/api/v1/lists/${id}`)).json
const serve = (text: string, headers: Record<string, string> = {}) => {
  answer = (_request, response) => response.writeHead(200, headers).end(text)
}

describe('a subscription', PATIENT, () => {
  it('is there at once, fetches in the background, and tells how it goes', async () => {
    const gate = Promise.withResolvers<void>()
    answer = (_request, response) => gate.promise.then(() => response.end('0.0.0.0 ads.example.org\n'))
    const created = await subscribe()
    expect(created).toMatchObject({ state: 'fetching', progress: { phase: 'fetching' }, entries: 0, source: 'url' })
    const joined = refresh(created.id)
    gate.resolve()
    expect((await joined).json).toMatchObject({ changed: true, names: 1, applied: true })
    const now = api.clock.now()
    expect(await list(created.id)).toMatchObject({ state: 'active', progress: null, entries: 1, lastFetchAt: now })
    expect((await list(created.id)).nextFetchAt).toBeGreaterThan(now)
    expect(events.map(({ state }) => state)).toEqual(expect.arrayContaining(['fetching', 'active']))
    expect(events.at(-1)).toEqual({ listId: created.id, state: 'active', progress: null, lastError: null })
    expect(readdirSync(join(api.deps.dataDir, 'incoming'))).toEqual([])
  })

  it('is asked for again only when it has changed', async () => {
    const seen: (string | undefined)[] = []
    answer = (request, response) => {
      seen.push(request.headers['if-none-match'])
      if (request.headers['if-none-match'] === '"a"') response.writeHead(304).end()
      else response.setHeader('etag', '"a"').end('0.0.0.0 ads.example.org\n')
    }
    const { id } = await subscribe()
    await refresh(id)
    expect((await refresh(id)).json).toMatchObject({ changed: false, names: 1, added: 0 })
    expect(seen).toEqual([undefined, '"a"'])
    await api.call('PATCH', `/api/v1/lists/${id}`, { body: { kind: 'allow' } })
    await refresh(id)
    expect(seen.slice(2)).toEqual([undefined])
    expect((await api.call('GET', `/api/v1/lists/${id}/content`)).text).toBe('@@|ads.example.org^\n')
  })

  it('keeps the last good version when fetching fails, and says why', async () => {
    serve('0.0.0.0 ads.example.org\n')
    const { id } = await subscribe()
    await refresh(id)
    const failures: [() => void, string][] = [
      [() => (answer = (_request, response) => response.writeHead(404).end()), 'HTTP 404 Not Found'],
      [() => serve('<html>'), 'is not a list: it is an HTML or XML page'],
      [() => serve(''), 'is empty'],
      [() => serve('what is this'), 'has no line that can be used'],
      [() => (answer = (request) => request.socket.destroy()), 'the host closed the connection'],
    ]
    for (const [fail, detail] of failures) {
      fail()
      const reply = await refresh(id)
      expect(reply.status).toBe(502)
      expect(reply.json).toMatchObject({ code: 'upstream-fetch-failed', detail: expect.stringContaining(detail) })
      expect(await list(id)).toMatchObject({ state: 'failed', entries: 1, lastError: expect.stringContaining(detail) })
    }
    serve('0.0.0.0 ads.example.org\n0.0.0.0 more.example.org\n')
    expect((await refresh(id)).json).toMatchObject({ changed: true, added: 1 })
    expect(await list(id)).toMatchObject({ state: 'active', lastError: null })
  })

  it('on a private address is refused unless its owner allows that', async () => {
    let requests = 0
    answer = (_request, response) => {
      requests++
      response.end('0.0.0.0 ads.example.org\n')
    }
    const { id } = await subscribe({ allowPrivateAddresses: false })
    expect((await refresh(id)).json.detail).toContain('127.0.0.1 is private')
    expect(requests).toBe(0)
  })

  it('that is rolled back stays so until the source has something new', async () => {
    serve('0.0.0.0 a.example.org\n')
    const { id } = await subscribe()
    await refresh(id)
    serve('0.0.0.0 b.example.org\n')
    await refresh(id)
    const older = (await api.call('GET', `/api/v1/lists/${id}/versions`)).json.items[1]
    await api.call('POST', `/api/v1/lists/${id}/versions/${older.id}/activate`)
    expect((await refresh(id)).json).toMatchObject({ changed: false, versionId: older.id })
    serve('0.0.0.0 c.example.org\n')
    expect((await refresh(id)).json).toMatchObject({ changed: true })
  })

  it('that has no URL cannot be fetched', async () => {
    const created = await api.call('POST', '/api/v1/lists', { body: { name: 'Pasted', kind: 'block' } })
    expect((await refresh(created.json.id)).status).toBe(409)
  })

  it('that is fetched while Weir stops is still due at the next start', async () => {
    const asked = Promise.withResolvers<void>()
    answer = () => asked.resolve()
    const { id } = await subscribe()
    await asked.promise
    await api.app.server.close()
    const state = new ListRepository(api.deps.database).fetchState(id)
    expect(state).toMatchObject({ lastError: null, failures: 0, nextFetchAt: api.clock.now() })
  })
})

describe('the schedule', PATIENT, () => {
  it('fetches what is due, waits longer after each failure, and goes by times that are stored', async () => {
    let requests = 0
    answer = (_request, response) => response.writeHead(++requests > 2 ? 500 : 200).end('0.0.0.0 a.example.org\n')
    const { id } = await subscribe({ refreshIntervalSeconds: 3600 })
    await refresh(id)
    const repository = new ListRepository(api.deps.database)
    const schedule = new FetchSchedule({
      now: () => api.clock.now(),
      due: (now, limit) => repository.due(now, limit),
      refresh: (listId) => refresh(listId),
      tidy: async () => {},
    })
    const waitMs = () => repository.fetchState(id).nextFetchAt! - api.clock.now()
    const look = async () => {
      await schedule.look()
      return requests
    }
    expect(waitMs()).toBeGreaterThan(3_200_000)
    expect(await look()).toBe(1)
    api.clock.advance(3_600_000)
    expect(await look()).toBe(2)
    api.clock.advance(3_600_000)
    expect(await look()).toBe(3)
    expect(waitMs()).toBeLessThanOrEqual(72_000)
    expect(await look()).toBe(3)
    api.clock.advance(72_000)
    expect(await look()).toBe(4)
    expect(waitMs()).toBeGreaterThanOrEqual(96_000)
  })

  it('does not wait for a year where the clock was a year ahead at the last fetch', async () => {
    serve('0.0.0.0 a.example.org\n')
    api.clock.jump(365 * 86_400_000)
    const { id } = await subscribe({ refreshIntervalSeconds: 3600 })
    await refresh(id)
    const repository = new ListRepository(api.deps.database)
    expect(repository.due(api.clock.now(), 10)).toEqual([])
    api.clock.jump(-365 * 86_400_000)
    expect(repository.due(api.clock.now(), 10)).toEqual([id])
  })

  it('leaves out lists that are off, and those that are fetched by hand', async () => {
    serve('0.0.0.0 a.example.org\n')
    const off = await subscribe({ name: 'Off', enabled: false })
    const byHand = await subscribe({ name: 'By hand', refreshIntervalSeconds: 0 })
    for (const { id } of [off, byHand]) await refresh(id)
    api.clock.advance(400 * 86_400_000)
    expect(new ListRepository(api.deps.database).due(api.clock.now(), 10)).toEqual([])
    await api.call('PATCH', `/api/v1/lists/${off.id}`, { body: { enabled: true } })
    expect(new ListRepository(api.deps.database).due(api.clock.now(), 10)).toEqual([off.id])
  })
})
