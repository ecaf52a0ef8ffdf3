/** Section F of the threat list: authentication on every route, CSRF, fixation, brute force, roles. */
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PasswordHasher } from '../identity/password.ts'
import { startTestApi, type TestApi, type TestReply } from '../testing/test-api.ts'

const PASSWORD = 'a long password'
const hashed = new PasswordHasher().hash(PASSWORD)
let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
  const hash = await hashed
  api.deps.database
    .prepare(
      `INSERT INTO user (name, password_hash, role, created_at) VALUES ('admin', ?, 'admin', 0), ('vera', ?, 'viewer', 0)`,
    )
    .run(hash, hash)
})
afterEach(() => api.close())

const signIn = (body: object = { name: 'admin', password: PASSWORD }, headers: Record<string, string> = {}) =>
  api.call('POST', '/api/v1/session', { body, as: 'nobody', headers })
const cookieOf = (reply: TestReply): string => String(reply.headers['set-cookie']).split(';')[0] ?? ''
/** The headers of a console page after signing in. */
async function session(name = 'admin') {
  const reply = await signIn({ name, password: PASSWORD })
  expect(reply.status).toBe(200)
  return { cookie: cookieOf(reply), 'x-weir-csrf': reply.json.csrfToken as string }
}
const rule = { action: 'block', match: 'exact', pattern: 'example.org' }

describe('every route', () => {
  it('refuses a request without sign-in, unless it is declared public', async () => {
    const open = ['/*', '/api/v1/health', '/api/v1/openapi.json', '/api/v1/session', '/api/v1/set-up']
    for (const { method, url, role } of api.app.routes.entries) {
      if (url.startsWith('/api/docs')) continue
      if (role === 'public') {
        expect(open).toContain(url)
        continue
      }
      const path = url.replace(/:\w+/g, '1')
      const reply = await api.call(method, path, { as: 'nobody' })
      expect(`${method} ${url} ${reply.status}`).toBe(`${method} ${url} 401`)
    }
  })
  it('that changes something is refused to a viewer, but for what is its own', async () => {
    const own = new Set(['/api/v1/me/password', '/api/v1/session', '/api/v1/sessions/:id', '/api/v1/rules/preview'])
    for (const { method, url, role } of api.app.routes.entries) {
      if (['GET', 'HEAD'].includes(method) || role === 'public' || own.has(url)) continue
      const reply = await api.call(method, url.replace(/:\w+/g, '1'), { as: 'viewer' })
      expect(`${method} ${url} ${reply.status}`).toBe(`${method} ${url} 403`)
    }
  })
  it('asks for sign-in when the connection asks to be upgraded to h2c or a web socket', async () => {
    await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.server.address() as AddressInfo
    const settings = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA',
    }
    for (const headers of [settings, { connection: 'Upgrade', upgrade: 'websocket' }]) {
      const status = await new Promise((resolve, reject) => {
        const request = httpRequest({ port, host: '127.0.0.1', path: '/api/v1/rules', headers })
        request.on('response', (response) => resolve(response.resume().statusCode))
        request.on('upgrade', () => resolve('upgraded'))
        request.on('error', reject)
        request.end()
      })
      expect(status).toBe(401)
    }
  })
  it('does not speak HTTP/2 with prior knowledge', async () => {
    await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.server.address() as AddressInfo
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toContain('400 Bad Request')
  })
})

describe('signing in', () => {
  it('sets a cookie that scripts and other sites cannot use', async () => {
    const reply = await signIn()
    expect(String(reply.headers['set-cookie'])).toMatch(
      /^weir_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    const secure = await signIn(undefined, { 'x-forwarded-proto': 'https' })
    expect(String(secure.headers['set-cookie'])).toContain('; Secure')
  })
  it('keeps digests only', async () => {
    const { cookie } = await session()
    const stored = api.deps.database.prepare('SELECT id_digest FROM session').pluck().get() as string
    expect(stored).toMatch(/^[0-9a-f]{64}$/)
    expect(cookie).not.toContain(stored)
  })
  it('gives a new session and ends the one that came along (fixation)', async () => {
    const first = await session()
    const second = cookieOf(await signIn(undefined, { cookie: first.cookie }))
    expect(second).not.toBe(first.cookie)
    expect((await api.call('GET', '/api/v1/me', { as: 'nobody', headers: { cookie: first.cookie } })).status).toBe(401)
  })
  it('never takes over a session id that the client chose', async () => {
    const reply = await signIn(undefined, { cookie: 'weir_session=chosen' })
    expect(cookieOf(reply)).not.toBe('weir_session=chosen')
  })
  it('answers an unknown user like a wrong password', async () => {
    const [unknown, wrong] = [
      await signIn({ name: 'nobody', password: 'x' }),
      await signIn({ name: 'admin', password: 'x' }),
    ]
    expect(unknown.text).toBe(wrong.text)
    expect(unknown).toMatchObject({ status: 401, json: { code: 'wrong-credentials' } })
  })
  it('is limited by the address of the socket, not by a header; right passwords do not count', async () => {
    for (let i = 0; i < 12; i++) expect((await signIn()).status).toBe(200)
    const statuses: number[] = []
    for (let i = 0; i < 12; i++)
      statuses.push((await signIn({ name: 'admin', password: 'x' }, { 'x-forwarded-for': `192.0.2.${i}` })).status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    const last = await signIn()
    expect(last).toMatchObject({ status: 429, json: { code: 'too-many-requests' } })
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    api.clock.advance(60_000)
    expect((await signIn()).status).toBe(200)
  })
  it('ends by the setting, by signing out, and by a new password elsewhere', async () => {
    const [here, there] = [await session(), await session()]
    const me = (headers: Record<string, string>) => api.call('GET', '/api/v1/me', { as: 'nobody', headers })
    const body = { current: PASSWORD, next: 'another password' }
    expect((await api.call('PUT', '/api/v1/me/password', { as: 'nobody', headers: here, body })).status).toBe(204)
    expect((await me(there)).status).toBe(401)
    expect((await me(here)).status).toBe(200)
    expect((await api.call('DELETE', '/api/v1/session', { as: 'nobody', headers: here })).status).toBe(204)
    expect((await me(here)).status).toBe(401)
    const again = cookieOf(await signIn({ name: 'admin', password: 'another password' }))
    api.clock.advance(7 * 24 * 3_600_000)
    expect((await me({ cookie: again })).status).toBe(401)
  })
})

describe('sessions', () => {
  it('can be listed and ended one by one, and by a viewer only its own', async () => {
    const [admin, vera] = [await session(), await session('vera')]
    const list = await api.call('GET', '/api/v1/sessions', { as: 'nobody', headers: vera })
    expect(list.json.items).toHaveLength(1)
    expect(list.json.items[0]).toMatchObject({ userName: 'vera', isCurrent: true })
    const all = (await api.call('GET', '/api/v1/sessions', { as: 'nobody', headers: admin })).json.items
    expect(all).toHaveLength(2)
    const adminId = all.find(({ userName }: { userName: string }) => userName === 'admin').id
    const revoke = (id: string, headers: Record<string, string>) =>
      api.call('DELETE', `/api/v1/sessions/${id}`, { as: 'nobody', headers })
    expect((await revoke(adminId, vera)).status).toBe(404)
    expect((await revoke(list.json.items[0].id, admin)).status).toBe(204)
    expect((await api.call('GET', '/api/v1/me', { as: 'nobody', headers: vera })).status).toBe(401)
  })
})

describe('a session request that changes something', () => {
  const post = (headers: Record<string, string>, body: unknown = rule) =>
    api.call('POST', '/api/v1/rules', { as: 'nobody', headers, body })

  it('needs its CSRF token', async () => {
    const { cookie, ...csrf } = await session()
    expect(await post({ cookie })).toMatchObject({ status: 403, json: { code: 'cross-site-request' } })
    expect((await post({ cookie, 'x-weir-csrf': 'wrong' })).status).toBe(403)
    expect((await post({ cookie, ...csrf })).status).toBe(201)
  })
  it('needs it without a body and under any content type too', async () => {
    const { cookie } = await session()
    const simple = { cookie, 'content-type': 'text/plain' }
    expect((await post(simple, JSON.stringify(rule))).status).toBe(403)
    expect((await api.call('DELETE', '/api/v1/rules/1', { as: 'nobody', headers: { cookie } })).status).toBe(403)
    expect((await api.call('DELETE', '/api/v1/session', { as: 'nobody', headers: { cookie } })).status).toBe(403)
  })
  it.each([
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }, 403],
    ['a foreign Origin', { origin: 'http://evil.example' }, 403],
    ['Origin: null', { origin: 'null' }, 403],
    ['an Origin on another port', { origin: 'http://localhost:8080' }, 403],
    ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }, 201],
    ['its own Origin', { origin: 'http://localhost' }, 201],
    ['its own Origin behind TLS', { origin: 'https://localhost' }, 201],
  ])('with %s answers as it should', async (_, headers, status) => {
    expect((await post({ ...(await session()), ...headers })).status).toBe(status)
  })
  it('is refused from other sites when signing in, too', async () => {
    expect((await signIn(undefined, { origin: 'http://evil.example' })).status).toBe(403)
  })
  it('is not asked for a token when it has a bearer token', async () => {
    expect(
      (await api.call('POST', '/api/v1/rules', { body: rule, headers: { origin: 'http://evil.example' } })).status,
    ).toBe(201)
  })
})

describe('bearer tokens', () => {
  it('are shown once, work by role until they expire, and end when revoked', async () => {
    const expiresAt = api.clock.now() + 1000
    const created = await api.call('POST', '/api/v1/tokens', { body: { name: 'ci', role: 'viewer', expiresAt } })
    expect(created.status).toBe(201)
    const headers = { authorization: `Bearer ${created.json.secret}` }
    const get = (url: string) => api.call('GET', url, { as: 'nobody', headers })
    expect((await get('/api/v1/me')).json).toEqual({ name: 'token:ci', role: 'viewer', via: 'token', csrfToken: null })
    expect((await get('/api/v1/users')).status).toBe(403)
    expect(JSON.stringify((await api.call('GET', '/api/v1/tokens')).json)).not.toContain(created.json.secret)
    api.clock.advance(1000)
    expect((await get('/api/v1/me')).status).toBe(401)
  })
  it('are noted as used at most once a minute', async () => {
    const used = () => api.deps.database.prepare(`SELECT last_used_at FROM token WHERE name = 'viewer'`).pluck().get()
    await api.call('GET', '/api/v1/me', { as: 'viewer' })
    const first = used()
    api.clock.advance(59_000)
    await api.call('GET', '/api/v1/me', { as: 'viewer' })
    expect(used()).toBe(first)
    api.clock.advance(1000)
    await api.call('GET', '/api/v1/me', { as: 'viewer' })
    expect(used()).toBe(api.clock.now())
  })
  it('cannot be guessed at will', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 12; i++)
      statuses.push(
        (await api.call('GET', '/api/v1/me', { as: 'nobody', headers: { authorization: `Bearer guess${i}` } })).status,
      )
    expect(statuses.slice(-2)).toEqual([429, 429])
    expect((await api.call('GET', '/api/v1/me')).status).toBe(200)
  })
  it('win over a cookie, so that neither borrows the other’s rights', async () => {
    const headers = { ...(await session()), authorization: 'Bearer viewer-token' }
    expect((await api.call('POST', '/api/v1/rules', { as: 'nobody', headers, body: rule })).status).toBe(403)
  })
})

describe('the Host header', () => {
  it.each([
    ['localhost:8053', 200],
    ['127.0.0.1:8053', 200],
    ['[::1]:8053', 200],
    ['192.0.2.1', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example:8053', 421],
    ['[::1', 421],
    ['a@localhost', 421],
  ])('%s gets %i', async (host, status) => {
    expect((await api.call('GET', '/api/v1/health', { as: 'nobody', headers: { host } })).status).toBe(status)
  })
  it('may name what the setting allows', async () => {
    const allowedHosts = ['Weir.Example.']
    expect((await api.call('PATCH', '/api/v1/settings', { body: { http: { allowedHosts } } })).status).toBe(200)
    const status = async (host: string) => (await api.call('GET', '/api/v1/health', { headers: { host } })).status
    expect(await status('weir.example:443')).toBe(200)
    expect(await status('sub.weir.example')).toBe(421)
  })
})

describe('set-up', () => {
  it('is over once there is a user, whatever the code', async () => {
    const body = { code: 'AAAA', password: PASSWORD }
    expect(await api.call('POST', '/api/v1/set-up', { body, as: 'nobody' })).toMatchObject({
      status: 403,
      json: { code: 'set-up-done' },
    })
    expect((await api.call('GET', '/api/v1/set-up', { as: 'nobody' })).json).toEqual({ needed: false })
  })
})
