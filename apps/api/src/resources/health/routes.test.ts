import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IDLE_STATUS } from '../../testing/scripted-resolver.ts'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const health = () => api.call('GET', '/api/v1/health', { as: 'nobody' })

describe('health', () => {
  it('is ok without signing in, also for HEAD', async () => {
    expect((await health()).json).toMatchObject({
      status: 'ok',
      resolver: 'up',
      configRevision: api.deps.config.revision,
      reasons: [],
    })
    expect((await api.call('HEAD', '/api/v1/health', { as: 'nobody' })).status).toBe(200)
  })
  it('is degraded with the reason when the resolver is down', async () => {
    await api.resolver.stop()
    expect((await health()).json).toMatchObject({
      status: 'degraded',
      resolver: 'down',
      reasons: ['the resolver is not running'],
    })
  })
  it('does not wait for a resolver that is busy, and goes by what it said last', async () => {
    expect((await health()).json).toMatchObject({ status: 'ok', resolver: 'up' })
    api.resolver.replies.set('GET /status', () => ({ status: 0, body: '' }))
    expect((await health()).json).toMatchObject({ status: 'ok', resolver: 'up', reasons: [] })
  })
  it('gives the resolver time to take up a change that nobody waits for', async () => {
    api.deps.config.transaction({ name: 'test', address: '' }, (transaction) =>
      transaction.record({ entity: 'user', entityId: 9, operation: 'update', summary: 'user test' }),
    )
    const status = { ...IDLE_STATUS, revision: api.deps.config.revision - 1 }
    api.resolver.replies.set('GET /status', () => ({ status: 200, body: status }))
    expect((await health()).json).toMatchObject({ status: 'ok', reasons: [] })
    api.clock.advance(3000)
    expect((await health()).json).toMatchObject({ status: 'degraded' })
  })
  it.each([
    [{ faults: ['upstreams down'] }, 'upstreams down'],
    [{ log: { ...IDLE_STATUS.log, state: 'broken' } }, 'the query log is not being written'],
    [{ revision: 1 }, 'the resolver has not taken up the newest configuration'],
  ])('is degraded when the resolver says %j', async (change, reason) => {
    api.resolver.replies.set('GET /status', () => ({ status: 200, body: { ...IDLE_STATUS, ...change } }))
    // Long after any change.
    api.clock.advance(3000)
    expect((await health()).json).toMatchObject({ status: 'degraded', resolver: 'up', reasons: [reason] })
  })
})

describe('what the resolver answers', () => {
  it('passes through, and is 503 when it is down', async () => {
    expect((await api.call('GET', '/api/v1/resolver', { as: 'viewer' })).json).toMatchObject({ pid: 1, upstreams: [] })
    expect((await api.call('POST', '/api/v1/cache/flush', { body: {}, as: 'operator' })).json).toEqual({ removed: 3 })
    await api.resolver.stop()
    for (const [method, url] of [
      ['GET', '/api/v1/resolver'],
      ['GET', '/api/v1/explain?name=example.org'],
      ['POST', '/api/v1/cache/flush'],
    ] as const)
      expect(await api.call(method, url, method === 'POST' ? { body: {} } : {})).toMatchObject({
        status: 503,
        json: { code: 'resolver-unreachable', detail: 'the resolver is not running' },
      })
  })
  it('is asked with canonical names and types', async () => {
    await api.call('POST', '/api/v1/cache/flush', { body: { name: 'Bücher.example.', subtree: true } })
    expect(api.resolver.requests.at(-1)?.body).toEqual({ name: 'xn--bcher-kva.example', subtree: true })
    await api.call('POST', '/api/v1/cache/flush', { body: { subtree: 'Example.org' } })
    expect(api.resolver.requests.at(-1)?.body).toEqual({ name: 'example.org', subtree: true })
    await api.call('GET', '/api/v1/explain?name=A.Example&type=type65&client=192.0.2.1')
    expect(api.resolver.requests.at(-1)?.path).toBe('/explain?name=a.example&type=HTTPS&client=192.0.2.1')
  })
  it.each([
    ['name=a..example', 'name'],
    ['name=example.org&type=FOO', 'type'],
    ['name=example.org&client=x', 'client'],
    ['', 'name'],
  ])('explain?%s is refused before it is asked', async (query, field) => {
    expect(faultyFields(await api.call('GET', `/api/v1/explain?${query}`))).toEqual([field])
  })
  it.each([
    [{ subtree: true }, 'name'],
    [{ name: 'example.org', subtree: 'example.org' }, 'subtree'],
    [{ subtree: 'a..b' }, 'subtree'],
    [{ name: 'a..b' }, 'name'],
  ])('flushing %j is refused before it is asked', async (body, field) => {
    expect(faultyFields(await api.call('POST', '/api/v1/cache/flush', { body }))).toEqual([field])
  })
  it('adds to our own metrics, which stay when it is down', async () => {
    const metrics = async () => (await api.call('GET', '/metrics', { as: 'viewer' })).text
    expect(await metrics()).toMatch(/weir_api_resolver_up 1\n[\s\S]*weir_queries_total/)
    await api.resolver.stop()
    expect(await metrics()).toContain('weir_api_resolver_up 0\n')
    expect((await api.call('GET', '/metrics', { as: 'nobody' })).status).toBe(401)
  })
})
