import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultyFields, startTestApi, type TestApi } from '../../testing/test-api.ts'

const WINDOWS = [{ days: ['sun', 'mon', 'tue', 'wed', 'thu'], from: '20:30', until: '06:30' }]

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())
const create = (body: object) => api.call('POST', '/api/v1/schedules', { body, as: 'operator' })
const schoolNights = { name: 'School nights', timeZone: 'Europe/Berlin', windows: WINDOWS }

describe('schedules', () => {
  it('tell whether they hold and until when', async () => {
    // The clock stands at 2026-01-01T00:00:00Z, a Thursday, one o'clock in Berlin.
    const made = await create(schoolNights)
    expect(made).toMatchObject({ status: 201, json: { isActive: true, nextChangeAt: Date.UTC(2026, 0, 1, 5, 30) } })
    api.clock.advance(6 * 3_600_000)
    const { items } = (await api.call('GET', '/api/v1/schedules', { as: 'viewer' })).json
    expect(items).toMatchObject([
      { isActive: false, nextChangeAt: Date.UTC(2026, 0, 1, 19, 30), rules: 0, comment: '' },
    ])
  })
  it('are edited by whom has seen the last version, and undone', async () => {
    const made = await create(schoolNights)
    const url = `/api/v1/schedules/${made.json.id}`
    const edited = await api.call('PATCH', url, { body: { timeZone: 'UTC' } })
    expect(edited.json).toMatchObject({ name: 'School nights', timeZone: 'UTC', windows: WINDOWS })
    const stale = await api.call('PATCH', url, { body: {}, headers: { 'if-match': String(made.headers.etag) } })
    expect(stale.status).toBe(412)
    expect((await api.call('POST', `/api/v1/revisions/${edited.json.revision}/undo`)).status).toBe(200)
    expect((await api.call('GET', url)).json.timeZone).toBe('Europe/Berlin')
    const deleted = await api.call('DELETE', url)
    expect((await api.call('GET', url)).status).toBe(404)
    expect((await api.call('POST', `/api/v1/revisions/${deleted.json.revision}/undo`)).status).toBe(200)
    expect((await api.call('GET', url)).json).toMatchObject({ name: 'School nights' })
  })
  it('stay while a rule holds by them', async () => {
    const { id } = (await create(schoolNights)).json
    const rule = { action: 'block', match: 'suffix', pattern: 'video.example', schedule: id }
    const made = await api.call('POST', '/api/v1/rules', { body: rule })
    expect(made).toMatchObject({ status: 201, json: { schedule: id } })
    expect(await api.call('DELETE', `/api/v1/schedules/${id}`)).toMatchObject({
      status: 409,
      json: { detail: 'schedule School nights is used by 1 rules: change them first' },
    })
    const freed = await api.call('PATCH', `/api/v1/rules/${made.json.id}`, { body: { schedule: null } })
    expect(freed.json.schedule).toBeUndefined()
    expect((await api.call('DELETE', `/api/v1/schedules/${id}`)).status).toBe(200)
    expect(faultyFields(await api.call('POST', '/api/v1/rules', { body: rule }))).toEqual(['schedule'])
  })
  it('have names of their own', async () => {
    const { id } = (await create(schoolNights)).json
    expect((await create({ ...schoolNights, name: 'SCHOOL nights' })).json).toMatchObject({
      code: 'conflict',
      existingId: id,
    })
  })
  it.each([
    ['a zone that does not exist', { timeZone: 'Europe/Nowhere' }, ['timeZone']],
    [
      'a time that does not exist',
      { windows: [{ days: ['mon'], from: '24:00', until: '06:00' }] },
      ['windows[0].from'],
    ],
    [
      'a day that does not exist',
      { windows: [{ days: ['day'], from: '22:00', until: '06:00' }] },
      ['windows[0].days[0]'],
    ],
    ['a window without length', { windows: [{ days: ['mon'], from: '06:00', until: '06:00' }] }, ['windows[0].until']],
    ['no window: it would never hold', { windows: [] }, ['windows']],
    ['an unknown field', { colour: 'red' }, ['colour']],
  ])('are refused with %s', async (_, more, fields) => {
    const reply = await create({ ...schoolNights, ...more })
    expect(reply.status).toBe(422)
    expect(faultyFields(reply)).toEqual(fields)
  })
})
