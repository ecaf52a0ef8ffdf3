import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'
import { ClockFollower } from './follow-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let api: TestApi
let follower: ClockFollower
beforeEach(async () => {
  api = await startTestApi()
  follower = new ClockFollower(api.deps)
})
afterEach(() => api.close())

const start = async (body: object) => (await api.call('POST', '/api/v1/overrides', { body })).json
const active = async (): Promise<{ kind: string }[]> =>
  (await api.call('GET', '/api/v1/overrides')).json.items.map(({ kind }: { kind: string }) => kind)
/** A second passes, with a step of the wall clock in it. */
const step = (ms: number): void => {
  api.clock.advance(1000)
  api.clock.jump(ms)
  follower.look()
}

describe('overrides, when the wall clock is set', () => {
  it('back an hour, hold as many minutes as they were started for, and the resolver is told', async () => {
    const { revision } = await start({ kind: 'pause', minutes: 10 })
    api.clock.advance(5 * MINUTE_MS)
    step(-HOUR_MS)
    expect(await active()).toEqual(['pause'])
    expect(api.deps.config.revision).toBeGreaterThan(revision)
    api.clock.advance(5 * MINUTE_MS - 2000)
    expect(await active()).toEqual(['pause'])
    api.clock.advance(1000)
    expect(await active()).toEqual([])
  })

  it('back after somebody ended one and took that back, move along too', async () => {
    const { id } = await start({ kind: 'pause', minutes: 10 })
    api.clock.advance(4 * MINUTE_MS)
    const { revision } = (await api.call('DELETE', `/api/v1/overrides/${id}`)).json
    await api.call('POST', `/api/v1/revisions/${revision}/undo`)
    step(-HOUR_MS)
    expect(await active()).toEqual(['pause'])
    api.clock.advance(6 * MINUTE_MS)
    expect(await active()).toEqual([])
  })

  it('back while one was ended, hold for what they had left', async () => {
    const { id } = await start({ kind: 'pause', minutes: 10 })
    api.clock.advance(4 * MINUTE_MS)
    const { revision } = (await api.call('DELETE', `/api/v1/overrides/${id}`)).json
    step(-HOUR_MS)
    await api.call('POST', `/api/v1/revisions/${revision}/undo`)
    api.clock.advance(6 * MINUTE_MS - 1000)
    expect(await active()).toEqual(['pause'])
    api.clock.advance(2000)
    expect(await active()).toEqual([])
  })

  it('back, keep the time of day that they end at, whole minutes away or not', async () => {
    const until = api.clock.now() + 10 * MINUTE_MS
    await start({ kind: 'offline', until })
    step(-HOUR_MS)
    api.clock.advance(HOUR_MS + 9 * MINUTE_MS)
    expect(await active()).toEqual(['offline'])
    api.clock.advance(2 * MINUTE_MS)
    expect(await active()).toEqual([])
  })

  it('ahead an hour, are over, until that is put right', async () => {
    await start({ kind: 'pause', minutes: 10 })
    step(HOUR_MS)
    expect(await active()).toEqual([])
    step(-HOUR_MS)
    expect(await active()).toEqual(['pause'])
    api.clock.advance(10 * MINUTE_MS)
    expect(await active()).toEqual([])
  })

  it('by less than two seconds, change nothing', async () => {
    const { revision } = await start({ kind: 'pause', minutes: 10 })
    step(-1500)
    expect(api.deps.config.revision).toBe(revision)
  })
})

describe('a pause of all blocking, when the wall clock is set', () => {
  const pause = async (blocking: object) =>
    (await api.call('PATCH', '/api/v1/settings', { body: { blocking } })).json.blocking
  const left = async (): Promise<number> =>
    (await api.call('GET', '/api/v1/settings')).json.blocking.pausedUntil - api.clock.now()

  it('begins when the API hears of it, to the second', async () => {
    api.clock.advance(40_123)
    expect(await pause({ pauseSeconds: 90 })).toMatchObject({
      pauseSeconds: 90,
      pausedUntil: api.clock.now() + 90_000,
    })
  })

  it('back, holds as long as it was started for, and the resolver is told', async () => {
    await pause({ pauseSeconds: 600 })
    const { revision } = api.deps.config
    api.clock.advance(5 * MINUTE_MS)
    step(-HOUR_MS)
    expect(await left()).toBe(5 * MINUTE_MS - 1000)
    expect(api.deps.config.revision).toBeGreaterThan(revision)
  })

  it('back, keeps the time of day that it ends at', async () => {
    const until = api.clock.now() + 10 * MINUTE_MS
    expect(await pause({ pausedUntil: until })).toMatchObject({ pausedUntil: until, pauseSeconds: null })
    step(-HOUR_MS)
    expect(await left()).toBe(HOUR_MS + 10 * MINUTE_MS - 1000)
  })

  it('of which none holds any more, changes nothing', async () => {
    await pause({ pauseSeconds: 60 })
    api.clock.advance(2 * MINUTE_MS)
    const { revision } = api.deps.config
    step(-HOUR_MS)
    expect(api.deps.config.revision).toBe(revision)
  })
})
