import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../testing/test-api.ts'
import { SessionStore } from './session-store.ts'

let api: TestApi
let sessions: SessionStore
beforeEach(async () => {
  api = await startTestApi({ withResolver: false })
  sessions = new SessionStore(api.deps.database, api.clock)
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
  expect(sessions.find(secrets[1]!)).toBeUndefined()
  expect(sessions.find(secrets[2]!)).toBeDefined()
  expect(sessions.find(secrets[51]!)).toBeDefined()
})

it('forgets a session at its end, and sweeps it with the next sign-in', () => {
  const { secret } = sessions.create(1, 1, '192.0.2.1', 'browser')
  api.clock.advance(3_600_000)
  expect(sessions.find(secret)).toBeUndefined()
  sessions.create(1, 1, '192.0.2.1', 'browser')
  expect(api.deps.database.prepare('SELECT count(*) FROM session').pluck().get()).toBe(1)
})

it('notes when a session was seen at most once a minute', () => {
  const { secret } = sessions.create(1, 1, '192.0.2.1', 'browser')
  const seen = () => api.deps.database.prepare('SELECT last_seen_at FROM session').pluck().get()
  const first = seen()
  api.clock.advance(59_999)
  sessions.find(secret)
  expect(seen()).toBe(first)
  api.clock.advance(1)
  sessions.find(secret)
  expect(seen()).toBe(api.clock.now())
})
