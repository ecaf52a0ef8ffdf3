import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareAdministrator } from './first-start.ts'
import { PasswordHasher } from './identity/password.ts'
import { startTestApi, type TestApi } from './testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

const prepare = (adminPassword?: string) =>
  prepareAdministrator(api.deps.database, api.deps.config, new PasswordHasher(), {
    upstreams: undefined,
    adminPassword,
    nowMs: api.clock.now(),
  })
const setUp = (code: string, password = 'a long password') =>
  api.call('POST', '/api/v1/set-up', { body: { code, password }, as: 'nobody' })

describe('a first start', () => {
  it('seeds the settings with the upstreams given', async () => {
    const { json, headers } = await api.call('GET', '/api/v1/settings')
    expect(json.upstreams.servers).toEqual(['192.0.2.53'])
    expect(headers.etag).toBe(`"${api.deps.settings.current.revision}"`)
  })
  it('makes a code that creates the administrator once and signs in, however it is typed', async () => {
    const code = await prepare()
    expect(code).toMatchObject({ ok: true, value: expect.stringMatching(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/) })
    const text = code.ok ? (code.value ?? '') : ''
    expect((await setUp('0000-0000-0000-0000')).status).toBe(401)
    const typed = text.toLowerCase().replaceAll('-', ' ')
    const racers = await Promise.all([setUp(typed), setUp(typed)])
    expect(racers.map(({ status }) => status).sort()).toEqual([200, 403])
    const winner = racers.find(({ status }) => status === 200)
    expect(winner?.json).toMatchObject({ name: 'admin', role: 'admin', via: 'session' })
    expect(await prepare()).toEqual({ ok: true, value: undefined })
  })
  it('makes a new code on every start while nobody can sign in: the old one is void', async () => {
    const [first, second] = [await prepare(), await prepare()]
    if (!first.ok || !second.ok) throw new Error('no codes')
    expect((await setUp(first.value ?? '')).status).toBe(401)
    expect((await setUp(second.value ?? '')).status).toBe(200)
  })
  it('creates admin from WEIR_ADMIN_PASSWORD, and only then', async () => {
    expect(await prepare('a long password')).toEqual({ ok: true, value: undefined })
    expect(await prepare('another password')).toEqual({ ok: true, value: undefined })
    const body = { name: 'ADMIN', password: 'a long password' }
    expect((await api.call('POST', '/api/v1/session', { body, as: 'nobody' })).status).toBe(200)
  })
  it('refuses a short WEIR_ADMIN_PASSWORD by name', async () => {
    expect(await prepare('short')).toEqual({ ok: false, error: 'WEIR_ADMIN_PASSWORD: needs at least 8 characters' })
  })
})
