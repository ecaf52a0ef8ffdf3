import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../testing/test-api.ts'
import { SessionStore } from './session-store.ts'

let api: TestApi
let sessions: SessionStore
let idleMinutes = 0
beforeEach(async () => {
  api = await startTestApi({ withResolver: false })
  idleMinutes = 0
  sessions = new SessionStore(api.deps.database, api.clock, () => idleMinutes)
  api.deps.database.exec(
    `INSERT INTO user (id, name, password_hash, role, created_at) VALUES (1, 'a', '', 'admin', 0), (2, 'b', '', 'viewer', 0)`,
  )
})
afterEach(() => api.close())

it('keeps 50 sessions a user: the newest always gets in, the oldest goes', () => {
  const secrets = Array.from({ length: 52 }, () => {
    api.clock.advance(1)
    return sessions.create(1, 1, '192.0.2.1', 'browser').secret
  })
  sessions.create(2, 1, '192.0.2.1', 'browser')
  expect(sessions.list(1)).toHaveLength(50)
  expect(sessions.list(null)).toHaveLength(51)
  expect(sessions.find(secrets[1]!, true)).toBeUndefined()
  expect(sessions.find(secrets[2]!, true)).toBeDefined()
  expect(sessions.find(secrets[51]!, true)).toBeDefined()
})

it('forgets a session at its end, and sweeps it with the next sign-in', () => {
  const { secret } = sessions.create(1, 1, '192.0.2.1', 'browser')
  api.clock.advance(3_600_000)
  expect(sessions.find(secret, true)).toBeUndefined()
  sessions.create(1, 1, '192.0.2.1', 'browser')
  expect(api.deps.database.prepare('SELECT count(*) FROM session').pluck().get()).toBe(1)
})

it('notes when a session was seen at most once a minute', () => {
  const { secret } = sessions.create(1, 1, '192.0.2.1', 'browser')
  const seen = () => api.deps.database.prepare('SELECT last_seen_at FROM session').pluck().get()
  const first = seen()
  api.clock.advance(59_999)
  sessions.find(secret, true)
  expect(seen()).toBe(first)
  api.clock.advance(1)
  sessions.find(secret, true)
  expect(seen()).toBe(api.clock.now())
})

it('ends a session that is idle, and lets one that is used live until its end', () => {
  idleMinutes = 30
  const { secret } = sessions.create(1, 2, '192.0.2.1', 'browser')
  for (let minutes = 0; minutes < 100; minutes += 25) {
    api.clock.advance(25 * 60_000)
    expect(sessions.find(secret, true), `${minutes}`).toBeDefined()
  }
  api.clock.advance(20 * 60_000)
  expect(sessions.find(secret, true)).toBeUndefined()

  const idle = sessions.create(1, 2, '192.0.2.1', 'browser')
  api.clock.advance(29 * 60_000)
  expect(sessions.find(idle.secret, false)).toBeDefined()
  expect(sessions.list(1)).toHaveLength(1)
  api.clock.advance(60_000)
  expect(sessions.find(idle.secret, true)).toBeUndefined()
  expect(sessions.findByDigest(idle.digest)).toBeUndefined()
  expect(sessions.list(1)).toEqual([])
})

it('tells when a session would end that nobody uses any more', () => {
  idleMinutes = 30
  const { digest } = sessions.create(1, 1, '192.0.2.1', 'browser')
  const row = sessions.findByDigest(digest)!
  expect(sessions.endOf(row)).toBe(api.clock.now() + 30 * 60_000)
  idleMinutes = 90
  expect(sessions.endOf(row)).toBe(row.expiresAt)
  idleMinutes = 0
  expect(sessions.endOf(row)).toBe(row.expiresAt)
})

it('ends a session that was begun by a clock that was ahead, or it would hold for as much longer', () => {
  api.clock.jump(365 * 86_400_000)
  const { secret } = sessions.create(1, 1, '192.0.2.1', 'browser')
  expect(sessions.find(secret, true)).toBeDefined()
  api.clock.jump(-365 * 86_400_000)
  expect(sessions.find(secret, true)).toBeUndefined()
  expect(sessions.list(null)).toEqual([])
})

it('counts idle time anew when the clock is set back, and no longer', () => {
  idleMinutes = 30
  const { secret } = sessions.create(1, 24, '192.0.2.1', 'browser')
  api.clock.advance(4 * 3_600_000)
  idleMinutes = 0
  sessions.find(secret, true)
  idleMinutes = 30
  api.clock.jump(-2 * 3_600_000)
  expect(sessions.find(secret, true)).toBeDefined()
  api.clock.advance(31 * 60_000)
  expect(sessions.find(secret, true)).toBeUndefined()
})
