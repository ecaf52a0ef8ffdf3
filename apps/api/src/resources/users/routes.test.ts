import { afterEach, beforeEach, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const create = (body: object) => api.call('POST', '/api/v1/users', { body })
const anna = { name: 'anna', password: 'a long password', role: 'admin' }

it('creates, lists, changes and deletes users', async () => {
  const { json: user, status } = await create(anna)
  expect(status).toBe(201)
  expect(await create({ ...anna, name: 'ANNA' })).toMatchObject({ status: 409, json: { existingId: user.id } })
  const bert = (await create({ ...anna, name: 'bert', role: 'viewer' })).json
  expect((await api.call('PATCH', `/api/v1/users/${bert.id}`, { body: { role: 'operator' } })).json.role).toBe(
    'operator',
  )
  expect((await api.call('DELETE', `/api/v1/users/${bert.id}`)).status).toBe(204)
  expect((await api.call('GET', '/api/v1/users')).json.items).toEqual([user])
  expect((await api.call('DELETE', `/api/v1/users/${bert.id}`)).status).toBe(404)
})

it('never loses the last administrator', async () => {
  const { id } = (await create(anna)).json
  expect((await api.call('DELETE', `/api/v1/users/${id}`)).status).toBe(409)
  expect((await api.call('PATCH', `/api/v1/users/${id}`, { body: { role: 'viewer' } })).status).toBe(409)
  await create({ ...anna, name: 'bert' })
  expect((await api.call('DELETE', `/api/v1/users/${id}`)).status).toBe(204)
})

it('signs a user out whose role or password changes', async () => {
  const { id } = (await create({ ...anna, role: 'operator' })).json
  const signedIn = await api.call('POST', '/api/v1/session', {
    body: { name: 'anna', password: anna.password },
    as: 'nobody',
  })
  const headers = { cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '' }
  await api.call('PATCH', `/api/v1/users/${id}`, { body: { password: 'another password' } })
  expect((await api.call('GET', '/api/v1/me', { as: 'nobody', headers })).status).toBe(401)
})

it('keeps passwords out of answers and of the history', async () => {
  const text =
    (await create(anna)).text +
    (await api.call('GET', '/api/v1/changes')).text +
    (await api.call('GET', '/api/v1/users')).text
  expect(text).not.toContain(anna.password)
  expect(text).not.toContain('argon2')
})

it.each([
  [{ ...anna, password: 'short' }, 'password'],
  [{ ...anna, name: 'a b' }, 'name'],
  [{ ...anna, role: 'king' }, 'role'],
])('refuses %j', async (body, field) => {
  expect(faultyFields(await create(body))).toEqual([field])
})

it('is for administrators', async () => {
  expect((await api.call('GET', '/api/v1/users', { as: 'operator' })).status).toBe(403)
})
