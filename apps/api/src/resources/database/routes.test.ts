import { closeSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openReader, openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'
import { DatabaseService } from './service.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

describe('checkpoints', () => {
  it.each(['passive', 'full', 'restart', 'truncate'])(
    '%s moves the frames of weir.db and is kept on record',
    async (mode) => {
      const reply = await api.call('POST', '/api/v1/database/checkpoint', { body: { mode }, as: 'operator' })
      expect(reply.json).toMatchObject({ busy: false, durationMs: expect.any(Number) })
      expect(reply.json.checkpointedFrames).toBe(reply.json.logFrames)
      const { items, checkpoints } = (await api.call('GET', '/api/v1/database')).json
      expect(items[0].lastCheckpoint).toMatchObject({ mode, by: 'token:operator' })
      expect(checkpoints).toHaveLength(1)
    },
  )
  it('of log.db go through the resolver, its only writer', async () => {
    const result = { busy: false, logFrames: 7, checkpointedFrames: 7, durationMs: 1 }
    api.resolver.replies.set('POST /log/checkpoint', () => ({ status: 200, body: result }))
    const body = { database: 'log', mode: 'truncate' }
    expect((await api.call('POST', '/api/v1/database/checkpoint', { body })).json).toEqual(result)
    expect(api.resolver.requests.at(-1)).toMatchObject({ path: '/log/checkpoint', body: { mode: 'truncate' } })
    await api.resolver.stop()
    expect((await api.call('POST', '/api/v1/database/checkpoint', { body })).status).toBe(503)
  })
  it('truncate empties the WAL while another process reads', async () => {
    const path = join(api.deps.dataDir, 'weir.db')
    const reader = openReader(path)
    reader.prepare('SELECT count(*) FROM setting').get()
    const reply = await api.call('POST', '/api/v1/database/checkpoint', { body: { mode: 'truncate' } })
    reader.close()
    expect(reply.json).toMatchObject({ busy: false })
  })
})

describe('the state', () => {
  it('tells sizes and frames, and tolerates a log.db that is missing or broken', async () => {
    const state = async () => (await api.call('GET', '/api/v1/database', { as: 'viewer' })).json.items
    expect(await state()).toMatchObject([
      { database: 'weir', state: 'ok', schemaVersion: expect.any(Number) },
      { state: 'missing' },
    ])
    const path = join(api.deps.dataDir, 'log.db')
    writeFileSync(path, 'this is no database, but long enough to look at it'.repeat(100))
    expect((await state())[1]).toMatchObject({ state: 'broken' })
  })
  it('counts the frames in use, not the size of the file', async () => {
    const log = openWriter(join(api.deps.dataDir, 'log.db'), 'log')
    log.exec('CREATE TABLE t (a)')
    for (let i = 0; i < 20; i++) log.exec('INSERT INTO t VALUES (1)')
    log.pragma('wal_checkpoint(RESTART)')
    log.exec('INSERT INTO t VALUES (1)')
    const { items } = (await api.call('GET', '/api/v1/database')).json
    expect(items[1]).toMatchObject({ state: 'ok', walFrames: 1 })
    expect(items[1].walOctets).toBeGreaterThan(20 * 4096)
    api.deps.log.close()
    log.close()
  })
})

describe('integrity', () => {
  it.each([true, false])('finds nothing wrong with a good file (quick: %s)', async (quick) => {
    const reply = await api.call('POST', '/api/v1/database/integrity', { body: { quick } })
    expect(reply.json).toMatchObject({ ok: true, messages: [] })
  })
  it('says what is wrong with a file that is no database', async () => {
    writeFileSync(join(api.deps.dataDir, 'log.db'), 'nothing like a database, though it is long enough'.repeat(100))
    const reply = await api.call('POST', '/api/v1/database/integrity', { body: { database: 'log' } })
    expect(reply.json).toMatchObject({ ok: false, messages: [expect.stringContaining('not a database')] })
  })
  it('answers 404 for a file that is missing', async () => {
    expect((await api.call('POST', '/api/v1/database/integrity', { body: { database: 'log' } })).status).toBe(404)
  })
})

describe('a weir.db too large to be checked before the start', () => {
  it('is checked afterwards, and health and the database page tell what is wrong', async () => {
    const service = new DatabaseService(api.deps)
    await service.checkAfterStart(Number.MAX_SAFE_INTEGER)
    expect((await service.state()).items[0]).toMatchObject({ state: 'ok', lastCheck: null })
    await service.checkAfterStart(0)
    expect((await service.state()).items[0]).toMatchObject({ state: 'ok', lastCheck: { ok: true, quick: true } })

    const { database, dataDir } = api.deps
    const page = database
      .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'list_version_by_list'`)
      .pluck()
      .get()
    database.pragma('wal_checkpoint(TRUNCATE)')
    const file = openSync(join(dataDir, 'weir.db'), 'r+')
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (Number(page) - 1) * 4096)
    closeSync(file)
    await service.checkAfterStart(0)
    expect((await service.state()).items[0]).toMatchObject({ state: 'broken', lastCheck: { ok: false } })
    const { json } = await api.call('GET', '/api/v1/health', { as: 'nobody' })
    expect(json).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining('weir.db is damaged')] })
  })
})

describe('the backup', () => {
  it('is a whole database, and leaves nothing behind', async () => {
    const response = await api.app.server.inject({
      url: '/api/v1/database/backup',
      headers: { host: 'localhost', authorization: 'Bearer admin-token-of-the-environment' },
    })
    expect(response.statusCode).toBe(200)
    const path = join(api.deps.dataDir, 'copy.sqlite')
    writeFileSync(path, response.rawPayload)
    const copy = openReader(path)
    expect(copy.prepare('SELECT revision FROM config_revision').pluck().get()).toBe(api.deps.config.revision)
    copy.close()
    expect(readdirSync(api.deps.dataDir).filter((name) => name.startsWith('backup-'))).toEqual([])
  })
  it('is for administrators, since it holds password hashes', async () => {
    expect((await api.call('GET', '/api/v1/database/backup', { as: 'operator' })).status).toBe(403)
  })
})
