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
      json: { detail: 'schedule School nights is used by rule video.example: change them first' },
    })
    const freed = await api.call('PATCH', `/api/v1/rules/${made.json.id}`, { body: { schedule: null } })
    expect(freed.json.schedule).toBeUndefined()
    expect((await api.call('DELETE', `/api/v1/schedules/${id}`)).status).toBe(200)
    expect(faultyFields(await api.call('POST', '/api/v1/rules', { body: rule }))).toEqual(['schedule'])
  })
  it('stay while a list, a service, safe search or a group holds by them, and say which', async () => {
    const { id } = (await create(schoolNights)).json
    const kids = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids', schedule: id } })).json
    const list = { name: 'Ads', kind: 'block', text: 'ads.example', schedule: id }
    const ads = (await api.call('POST', '/api/v1/lists', { body: list })).json
    expect(ads).toMatchObject({ schedule: id, perGroup: [] })
    const perGroup = [{ group: kids.id, enabled: true, schedule: id }]
    const video = await api.call('PATCH', '/api/v1/services/youtube', { body: { enabled: true, perGroup } })
    expect(video.json).toMatchObject({ schedule: null, perGroup })
    await api.call('PATCH', '/api/v1/safe-search/bing', { body: { enabled: true, schedule: id } })
    expect(await api.call('DELETE', `/api/v1/schedules/${id}`)).toMatchObject({
      status: 409,
      json: {
        detail:
          'schedule School nights is used by list Ads, safe search of Bing, service YouTube, group Kids: change them first',
      },
    })
    expect((await api.call('DELETE', `/api/v1/groups/${kids.id}`)).json.detail).toBe(
      'the group Kids is named by service YouTube: change them first',
    )
    const [used] = (await api.call('GET', '/api/v1/schedules')).json.items
    expect(used.usedBy).toContainEqual({ kind: 'list', id: String(ads.id), name: 'Ads' })
    await api.call('PATCH', `/api/v1/lists/${ads.id}`, { body: { schedule: null } })
    await api.call('PATCH', `/api/v1/groups/${kids.id}`, { body: { schedule: null } })
    await api.call('PATCH', '/api/v1/services/youtube', { body: { perGroup: [] } })
    await api.call('PATCH', '/api/v1/safe-search/bing', { body: { schedule: null } })
    expect((await api.call('DELETE', `/api/v1/schedules/${id}`)).status).toBe(200)
  })

  it.each([
    ['a schedule that is not there', { schedule: 77 }, 'schedule'],
    ['a group that is not there', { perGroup: [{ group: 77, enabled: true, schedule: null }] }, 'perGroup[0].group'],
    [
      'a schedule of a group that is not there',
      { perGroup: [{ group: 1, enabled: true, schedule: 77 }] },
      'perGroup[0].schedule',
    ],
    [
      'a group with two terms',
      {
        perGroup: [
          { group: 1, enabled: true, schedule: null },
          { group: 1, enabled: false, schedule: null },
        ],
      },
      'perGroup[1].group',
    ],
  ])('are not named by a list or service with %s', async (_, terms, field) => {
    const list = await api.call('POST', '/api/v1/lists', { body: { name: 'Ads', kind: 'block', ...terms } })
    expect(faultyFields(list)).toEqual([field])
    const service = await api.call('PATCH', '/api/v1/services/youtube', { body: { enabled: true, ...terms } })
    expect(faultyFields(service)).toEqual([field])
  })

  it('that are gone leave a list that comes back switched off', async () => {
    const { id } = (await create(schoolNights)).json
    const list = { name: 'Ads', kind: 'block', text: 'ads.example', schedule: id }
    const ads = (await api.call('POST', '/api/v1/lists', { body: list })).json
    await api.call('DELETE', `/api/v1/lists/${ads.id}`)
    expect((await api.call('DELETE', `/api/v1/schedules/${id}`)).status).toBe(200)
    const back = await api.call('POST', `/api/v1/lists/${ads.id}/restore`)
    expect(back).toMatchObject({ status: 200, json: { enabled: false, schedule: null } })
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
