import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const patch = (body: object, headers: Record<string, string> = {}) =>
  api.call('PATCH', '/api/v1/settings', { body, headers })

describe('editing settings', () => {
  it('changes what is given, keeps the rest, and says that it acts', async () => {
    const reply = await patch({ blocking: { answer: { kind: 'nxdomain' } }, precedence: 'block-first' })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      blocking: { answer: { kind: 'nxdomain' }, ttlSeconds: 60 },
      precedence: 'block-first',
      applied: true,
      revision: api.deps.config.revision,
    })
    expect((await api.call('GET', '/api/v1/settings')).json).toMatchObject({ precedence: 'block-first' })
  })
  it('writes one change row per section, with before and after', async () => {
    await patch({ precedence: 'block-first', log: { retentionDays: 7 } })
    const { items } = (await api.call('GET', '/api/v1/changes?entity=settings&limit=2')).json
    expect(items).toMatchObject([
      { entityId: 'log', before: { retentionDays: 30 }, after: { retentionDays: 7 }, actor: 'token:WEIR_ADMIN_TOKEN' },
      { entityId: 'precedence', before: 'allow-first', after: 'block-first' },
    ])
    expect(items[0].revision).toBe(items[1].revision)
  })
  it('raises no revision when nothing changes', async () => {
    const before = api.deps.config.revision
    expect((await patch({ precedence: 'allow-first' })).json.revision).toBe(before)
  })
  it('keeps addresses, prefixes and names in canonical form', async () => {
    const { json } = await patch({
      access: { allowedClients: ['192.0.2.7/24', '2001:DB8::/32'] },
      rebinding: { allowedNames: ['Bücher.example.'] },
    })
    expect(json.access.allowedClients).toEqual(['192.0.2.0/24', '2001:db8::/32'])
    expect(json.rebinding.allowedNames).toEqual(['xn--bcher-kva.example'])
  })
  it.each([
    [{ upstreams: { servers: ['192.0.2.53', 'not an address'] } }, 'upstreams.servers[1]'],
    [{ upstreams: { servers: [] } }, 'upstreams.servers'],
    [{ access: { deniedClients: ['192.0.2.0/33'] } }, 'access.deniedClients[0]'],
    [{ rebinding: { allowedNames: ['a..example'] } }, 'rebinding.allowedNames[0]'],
    [{ dns64: { prefix: '64:ff9b::/95' } }, 'dns64.prefix'],
    [{ dns64: { prefix: '192.0.2.0/24' } }, 'dns64.prefix'],
    [{ dns64: { excludedNames: ['a..example'] } }, 'dns64.excludedNames[0]'],
    [{ http: { allowedHosts: ['http://weir.example'] } }, 'http.allowedHosts[0]'],
    [{ http: { trustedProxies: ['192.0.2.1', 'proxy.example'] } }, 'http.trustedProxies[1]'],
    [{ blocking: { answer: { kind: 'addresses', mx: 'no preference' } } }, 'blocking.answer.mx'],
    [{ cache: { minTtlSeconds: 100, maxTtlSeconds: 10 } }, 'cache.minTtlSeconds'],
    [{ cache: { size: 1 } }, 'cache.size'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j and names the field; nothing changes', async (body, field) => {
    const before = api.deps.config.revision
    const reply = await patch(body)
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toContain(field)
    expect(api.deps.config.revision).toBe(before)
  })
  it('honours If-Match', async () => {
    const { etag } = (await api.call('GET', '/api/v1/settings')).headers
    const headers = { 'if-match': String(etag) }
    expect((await patch({ log: { retentionDays: 7 } }, headers)).status).toBe(200)
    expect(await patch({ log: { retentionDays: 8 } }, headers)).toMatchObject({
      status: 412,
      json: { code: 'stale-edit' },
    })
  })
  it('is for administrators', async () => {
    expect((await api.call('PATCH', '/api/v1/settings', { body: {}, as: 'operator' })).status).toBe(403)
  })
})
