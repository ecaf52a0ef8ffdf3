/** The OpenAPI document against reality: every operation is called, and every answer must match what is declared for it. */

import { readdirSync, readFileSync } from 'node:fs'
import { PROBLEMS } from '@weir/shared/contract/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { IDLE_STATUS } from '../../src/testing/scripted-resolver.ts'
import { startTestApi, type TestApi, type TestReply } from '../../src/testing/test-api.ts'

interface Media {
  readonly schema: Record<string, unknown>
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: string[]
  readonly security: unknown[]
  readonly responses: Record<string, { description: string; content?: Record<string, Media> }>
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { schemas: Record<string, unknown> }
}

let api: TestApi
let document: Document
/** The document with its components where JSON Schema itself looks for them. */
let schemas: Record<string, unknown>
const called = new Set<string>()

beforeAll(async () => {
  api = await startTestApi()
  api.resolver.replies.set('POST /log/checkpoint', () => ({
    status: 200,
    body: { busy: false, logFrames: 1, checkpointedFrames: 1, durationMs: 0.5 },
  }))
  api.resolver.replies.set('GET /status', () => ({ status: 200, body: { ...IDLE_STATUS, revision: 1000 } }))
  api.resolver.replies.set('GET /explain', () => ({ status: 200, body: EXPLANATION }))
  api.resolver.replies.set('POST /simulate', () => ({ status: 200, body: SIMULATED }))
  document = (await api.call('GET', '/api/v1/openapi.json', { as: 'nobody' })).json
  schemas = JSON.parse(JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'))
})
afterAll(() => api.close())

const EXPLANATION = {
  name: 'example.org',
  type: 'A',
  client: '127.0.0.1',
  group: 'Everyone',
  groupId: null,
  policy: { revision: 1, at: 1, isPast: false, change: null, missing: [] },
  now: null,
  logged: null,
  shadow: null,
  decision: {
    action: 'none',
    reason: 'none',
    rule: null,
    list: null,
    ruleSet: null,
    answer: 'forwarded',
    finalName: 'example.org',
  },
  trace: [],
}

const NO_EFFECT = { queries: 0, names: 0, clients: 0 }
const SIMULATED = {
  from: 0,
  until: 1,
  effects: {
    blocked: { queries: 3, names: 1, clients: 1 },
    freed: NO_EFFECT,
    rewritten: NO_EFFECT,
    redirected: NO_EFFECT,
    otherwise: NO_EFFECT,
  },
  names: [{ name: 'ads.example', effect: 'blocked', queries: 3, clients: 1, before: 'forwarded', after: 'blocked' }],
  clients: [{ client: '192.0.2.5', effect: 'blocked', queries: 3, names: 1 }],
  findings: [],
  covered: { queries: 3, names: 1, questions: 1, queriesInAll: 3, notes: [] },
  durationMs: 1.5,
}

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
  )

/** Calls by the template of the path and checks status, content type and body against the declaration. */
async function call(method: string, template: string, path = template, body?: unknown): Promise<TestReply> {
  const reply = await api.call(method, path, body === undefined ? {} : { body })
  expectDeclared(method, template, reply)
  if (reply.status < 300) called.add(`${method} ${template}`)
  return reply
}

function expectDeclared(method: string, template: string, reply: TestReply): void {
  const where = `${method} ${template} → ${reply.status}`
  const declared = document.paths[template]?.[method.toLowerCase()]?.responses[reply.status]
  expect(declared, where).toBeDefined()
  if (reply.status === 204) return
  const type = String(reply.headers['content-type']).split(';')[0] ?? ''
  const media = declared?.content?.[type]
  expect(media, `${where} as ${type}`).toBeDefined()
  if (!type.endsWith('json')) return
  const schema = JSON.parse(JSON.stringify(media?.schema).replaceAll('#/components/schemas/', '#/$defs/'))
  const checked = z.fromJSONSchema({ ...schema, $defs: schemas }).safeParse(reply.json)
  expect(checked.success ? [] : checked.error.issues, where).toEqual([])
}

describe('the OpenAPI document', () => {
  it('is 3.1 and names, describes, groups and secures every operation', () => {
    expect(document.openapi).toBe('3.1.0')
    const ids = new Set<string>()
    for (const [method, path, operation] of operations()) {
      expect(operation.operationId, `${method} ${path}`).toMatch(/^[a-z]+[A-Za-z]*$/)
      expect(ids.has(operation.operationId), operation.operationId).toBe(false)
      ids.add(operation.operationId)
      expect(operation.summary, operation.operationId).not.toBe('')
      expect(operation.tags, operation.operationId).toHaveLength(1)
      expect(operation.security, operation.operationId).toBeDefined()
    }
  })
  it('declares only problems of the catalogue, with their type', () => {
    const statuses = new Set(Object.values(PROBLEMS).map(({ status }) => String(status)))
    for (const [, , { operationId, responses }] of operations())
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue
        expect(statuses, `${operationId} ${status}`).toContain(status)
        expect(Object.keys(content ?? {}), operationId).toEqual(['application/problem+json'])
      }
  })
  it('refers only to components that exist', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/([A-Za-z]+)/g))
      expect(document.components.schemas).toHaveProperty([name ?? ''])
  })
  it('has every operation that the pages of docs name', () => {
    const known = new Set(
      operations().map(([method, path]) => `${method.toUpperCase()} ${path}`.replaceAll(/\{\w+\}/g, '{}')),
    )
    const folder = new URL('../../../../docs/', import.meta.url)
    const unknown = readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => [
        ...readFileSync(new URL(name, folder), 'utf8').matchAll(/(GET|POST|PUT|PATCH|DELETE)\s(\/[\w/{}-]+)/g),
      ])
      .map(([, method, path = '']) => `${method} ${path.startsWith('/api/') ? path : `/api/v1${path}`}`)
      .filter((operation) => !known.has(operation.replaceAll(/\{\w+\}/g, '{}')))
    expect(unknown).toEqual([])
  })
  it('is browsable', async () => {
    const page = await api.call('GET', '/api/docs/', { as: 'nobody' })
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui') })
  })
})

describe('real answers', () => {
  it('are checked in earnest: an answer of another kind does not pass', async () => {
    const health = await api.call('GET', '/api/v1/health')
    expect(() => expectDeclared('GET', '/api/v1/rules', health)).toThrow('GET /api/v1/rules')
  })
  it('match their schemas: rules', async () => {
    const { json: rule } = await call('POST', '/api/v1/rules', undefined, {
      action: 'block',
      match: 'suffix',
      pattern: 'ads.example.org',
      answer: { kind: 'addresses', ipv4: ['192.0.2.1'], txt: 'blocked', mx: '10 mx.example.' },
      queryTypes: ['A', 'TYPE65'],
      comment: 'c',
    })
    for (const body of [
      { action: 'forward', match: 'suffix', pattern: 'corp.example', servers: ['192.0.2.53', '[2001:db8::1]:5300'] },
      { action: 'rewrite', match: 'address', pattern: '192.0.2.0/24', target: '198.51.100.0/24' },
      { action: 'rewrite', match: 'exact', pattern: 'nas.example', ipv4: ['192.0.2.9'] },
      { action: 'alias', match: 'suffix', pattern: 'old.example', target: 'new.example' },
    ])
      await call('POST', '/api/v1/rules', undefined, body)
    const one = `/api/v1/rules/${rule.id}`
    await call('GET', '/api/v1/rules')
    await call('GET', '/api/v1/rules/{id}', one)
    await call('PATCH', '/api/v1/rules/{id}', one, { enabled: false })
    await call('POST', '/api/v1/rules/preview', undefined, { action: 'allow', match: 'exact', pattern: 'example.org' })
    await call('POST', '/api/v1/rules/import', undefined, { text: '||x.example^\nnot a rule !' })
    await call('POST', '/api/v1/rules/bulk', undefined, { ids: [rule.id], operation: 'enable' })
    await call('GET', '/api/v1/rules/export')
    await call('DELETE', '/api/v1/rules/{id}', one)
    for (const body of ['{', {}, { action: 'alias', match: 'exact', pattern: 'a.example', target: 'a.example' }])
      expect((await call('POST', '/api/v1/rules', undefined, body)).status).toBeGreaterThanOrEqual(400)
    expect((await call('GET', '/api/v1/rules/{id}', one)).status).toBe(404)
  })
  it('match their schemas: groups, settings, users, tokens', async () => {
    const { json: group } = await call('POST', '/api/v1/groups', undefined, { name: 'Kids', clients: ['192.0.2.0/24'] })
    await call('GET', '/api/v1/groups')
    await call('GET', '/api/v1/groups/{id}', `/api/v1/groups/${group.id}`)
    await call('GET', '/api/v1/groups/{id}/policy', `/api/v1/groups/${group.id}/policy`)
    await call('PATCH', '/api/v1/groups/{id}', `/api/v1/groups/${group.id}`, { comment: 'c' })
    await call('DELETE', '/api/v1/groups/{id}', `/api/v1/groups/${group.id}`)
    await call('GET', '/api/v1/settings')
    await call('PATCH', '/api/v1/settings', undefined, { cache: { serveStaleSeconds: 0 } })
    const { json: user } = await call('POST', '/api/v1/users', undefined, {
      name: 'anna',
      password: 'a long password',
      role: 'admin',
    })
    await call('GET', '/api/v1/users')
    await call('GET', '/api/v1/users/{id}', `/api/v1/users/${user.id}`)
    await call('PATCH', '/api/v1/users/{id}', `/api/v1/users/${user.id}`, { role: 'admin' })
    expect((await call('DELETE', '/api/v1/users/{id}', `/api/v1/users/${user.id}`)).status).toBe(409)
    const { json: bert } = await call('POST', '/api/v1/users', undefined, {
      name: 'bert',
      password: 'a long password',
      role: 'viewer',
    })
    await call('DELETE', '/api/v1/users/{id}', `/api/v1/users/${bert.id}`)
    const { json: token } = await call('POST', '/api/v1/tokens', undefined, { name: 'ci', role: 'viewer' })
    await call('GET', '/api/v1/tokens')
    await call('DELETE', '/api/v1/tokens/{id}', `/api/v1/tokens/${token.id}`)
  })
  it('match their schemas: services and safe search', async () => {
    for (const [path, id] of [
      ['/api/v1/services', 'youtube'],
      ['/api/v1/safe-search', 'google'],
    ] as const) {
      await call('GET', path)
      await call('GET', `${path}/{id}`, `${path}/${id}`)
      await call('PATCH', `${path}/{id}`, `${path}/${id}`, { enabled: true })
      expect((await call('PATCH', `${path}/{id}`, `${path}/nothing`, { enabled: true })).status).toBe(404)
    }
    await call('PATCH', '/api/v1/services', undefined, { ids: ['tiktok', 'steam'], enabled: true })
  })
  it('match their schemas: undoing, timed overrides', async () => {
    const body = { action: 'block', match: 'exact', pattern: 'undone.example.org' }
    const { json: rule } = await call('POST', '/api/v1/rules', undefined, body)
    const { items } = (await call('GET', '/api/v1/changes')).json
    await call('POST', '/api/v1/changes/{id}/undo', `/api/v1/changes/${items[0].id}/undo`)
    const again = await call('POST', '/api/v1/revisions/{revision}/undo', `/api/v1/revisions/${rule.revision}/undo`)
    expect(again.status).toBe(409)
    const { revision } = (await call('GET', '/api/v1/changes')).json.items[0]
    await call('POST', '/api/v1/revisions/{revision}/undo', `/api/v1/revisions/${revision}/undo`)

    const { json: override } = await call('POST', '/api/v1/overrides', undefined, { kind: 'pause', minutes: 10 })
    await call('GET', '/api/v1/overrides')
    await call('DELETE', '/api/v1/overrides/{id}', `/api/v1/overrides/${override.id}`)
  })
  it('match their schemas: schedules', async () => {
    const { json: schedule } = await call('POST', '/api/v1/schedules', undefined, {
      name: 'Nights',
      timeZone: 'Europe/Berlin',
      windows: [{ days: ['mon'], from: '22:00', until: '06:00' }],
    })
    const url = `/api/v1/schedules/${schedule.id}`
    await call('GET', '/api/v1/schedules')
    await call('GET', '/api/v1/schedules/{id}', url)
    await call('PATCH', '/api/v1/schedules/{id}', url, { timeZone: 'UTC' })
    await call('DELETE', '/api/v1/schedules/{id}', url)
  })
  it('match their schemas: clients', async () => {
    const { json: client } = await call('POST', '/api/v1/clients', undefined, {
      identifier: 'id:tablet',
      groupId: 1,
      name: 'Tablet',
      tags: ['kids'],
    })
    const url = `/api/v1/clients/${client.id}`
    await call('GET', '/api/v1/clients')
    await call('GET', '/api/v1/clients/seen')
    await call('GET', '/api/v1/clients/{id}', url)
    await call('PATCH', '/api/v1/clients/{id}', url, { comment: 'c' })
    await call('DELETE', '/api/v1/clients/{id}', url)
    expect((await call('GET', '/api/v1/clients/{id}', url)).status).toBe(404)
  })
  it('match their schemas: going back, comparing, the policy as text', async () => {
    const { json: rule } = await call('POST', '/api/v1/rules', undefined, {
      action: 'block',
      match: 'exact',
      pattern: 'back.example.org',
    })
    await call('GET', '/api/v1/changes/actors')
    await call('PATCH', '/api/v1/revisions/{revision}', `/api/v1/revisions/${rule.revision}`, { comment: 'tried' })
    await call(
      'GET',
      '/api/v1/revisions/compare',
      `/api/v1/revisions/compare?from=${rule.revision - 1}&to=${rule.revision}`,
    )
    const select = { revisions: [rule.revision] }
    await call('POST', '/api/v1/undo/preview', undefined, { select })
    await call('POST', '/api/v1/undo', undefined, { select })
    const { text } = await call('GET', '/api/v1/policy')
    await call('POST', '/api/v1/policy/plan', undefined, { text })
    await call('POST', '/api/v1/policy/apply', undefined, { text })
    expect((await call('POST', '/api/v1/policy/plan', undefined, { text: 'version: 99' })).status).toBe(422)
  })
  it('match their schemas: reports and simulations', async () => {
    await call('POST', '/api/v1/reports/policy', undefined, { days: 30 })
    await call('POST', '/api/v1/reports/policy/cancel')
    await call('GET', '/api/v1/reports/policy')
    const rule = { action: 'block', match: 'suffix', pattern: 'ads.example' }
    await call('POST', '/api/v1/simulations', undefined, { changes: [{ kind: 'rule', rule }] })
    const bad = { changes: [{ kind: 'rule', rule: { ...rule, pattern: 'a..b' } }] }
    expect((await call('POST', '/api/v1/simulations', undefined, bad)).status).toBe(422)
  })
  it('match their schemas: signing in and out', async () => {
    await call('GET', '/api/v1/set-up')
    const signIn = () =>
      api.call('POST', '/api/v1/session', { body: { name: 'anna', password: 'a long password' }, as: 'nobody' })
    const first = await signIn()
    expectDeclared('POST', '/api/v1/session', first)
    called.add('POST /api/v1/session')
    const headers = {
      cookie: String(first.headers['set-cookie']).split(';')[0] ?? '',
      'x-weir-csrf': first.json.csrfToken,
    }
    const other = await signIn()
    for (const [method, template, path, body] of [
      ['GET', '/api/v1/me'],
      ['GET', '/api/v1/sessions'],
      ['PUT', '/api/v1/me/password', undefined, { current: 'a long password', next: 'another password' }],
      ['DELETE', '/api/v1/session'],
    ] as const) {
      const reply = await api.call(method, path ?? template, { as: 'nobody', headers, ...(body ? { body } : {}) })
      expect(reply.status, template).toBeLessThan(300)
      expectDeclared(method, template, reply)
      called.add(`${method} ${template}`)
    }
    expect(other.status).toBe(200)
    const body = { name: 'anna', password: 'another password' }
    await api.call('POST', '/api/v1/session', { body, as: 'nobody' })
    const { items } = (await call('GET', '/api/v1/sessions')).json
    await call('DELETE', '/api/v1/sessions/{id}', `/api/v1/sessions/${items[0].id}`)
    expectDeclared(
      'POST',
      '/api/v1/set-up',
      await api.call('POST', '/api/v1/set-up', { body: { code: 'x', password: 'a long password' }, as: 'nobody' }),
    )
  })
  it('match their schemas: the system', async () => {
    for (const path of [
      '/api/v1/health',
      '/api/v1/resolver',
      '/api/v1/database',
      '/api/v1/changes',
      '/metrics',
      '/api/v1/database/backup',
    ])
      await call('GET', path)
    await call('GET', '/api/v1/explain', '/api/v1/explain?name=example.org')
    await call('POST', '/api/v1/cache/flush', undefined, {})
    await call('POST', '/api/v1/database/checkpoint', undefined, { mode: 'passive' })
    await call('POST', '/api/v1/database/checkpoint', undefined, { mode: 'full', database: 'log' })
    await call('POST', '/api/v1/database/integrity', undefined, {})
  })
  it('say 401, 403 and 421 as declared, on every route', async () => {
    for (const [method, path, operation] of operations()) {
      const url = path.replace(/\{\w+\}/g, '1')
      expectDeclared(method, path, await api.call(method.toUpperCase(), url, { headers: { host: 'evil.example' } }))
      if (operation.security.length === 0) continue
      expectDeclared(method, path, await api.call(method.toUpperCase(), url, { as: 'nobody' }))
    }
  })
  it('were seen for every operation of these slices', () => {
    // Lists, queries and statistics have suites of their own; set-up needs a code, the event stream never ends.
    const elsewhere = /^\/api\/v1\/(?:lists|queries|stats)\b/
    const missing = operations()
      .map(([method, path]) => `${method.toUpperCase()} ${path}`)
      .filter((key) => !elsewhere.test(key.split(' ')[1] ?? '') && !key.startsWith('HEAD'))
      .filter((key) => !called.has(key))
    expect(missing.sort()).toEqual(['GET /api/v1/events', 'POST /api/v1/set-up'])
  })
})
