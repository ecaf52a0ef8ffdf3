import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Simulations } from './simulate-in-thread.ts'
import type { SimulationJob } from './simulation-messages.ts'

let folder: string
let simulations: Simulations

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-simulations-'))
  for (const which of ['weir', 'log'] as const) {
    const database = openWriter(join(folder, `${which}.db`), which === 'weir' ? 'config' : 'log')
    expect(migrate(database, migrationsOf(which)).ok).toBe(true)
    database.close()
  }
  simulations = new Simulations()
})
afterEach(async () => {
  await simulations.stop()
  rmSync(folder, { recursive: true })
})

const job = (): SimulationJob => ({
  databasePath: join(folder, 'weir.db'),
  logPath: join(folder, 'log.db'),
  tiersPath: join(folder, 'tiers'),
  fallbackServers: ['192.0.2.53'],
  index: null,
  fromMs: 0,
  untilMs: 1,
  changes: [{ kind: 'service', id: 'youtube', enabled: true }],
})
const waiting = (): AbortSignal => new AbortController().signal

it('runs one after the other, and says why one cannot be run', async () => {
  const [first, second] = await Promise.all([
    simulations.run(job, waiting()),
    simulations.run(() => ({ ...job(), changes: [{ kind: 'list', id: 9, enabled: true }] }), waiting()),
  ])
  expect(first).toMatchObject({ ok: true, value: { covered: { queries: 0 } } })
  expect(second).toEqual({ ok: false, error: 'changes[0]: there is no list 9' })
  expect(await simulations.run(() => ({ ...job(), logPath: folder }), waiting())).toMatchObject({ ok: false })
  expect(await simulations.run(job, waiting())).toMatchObject({ ok: true })
})

it('ends the one that nobody waits for, and goes on with the next', async () => {
  const gone = new AbortController()
  const first = simulations.run(job, gone.signal)
  const second = simulations.run(job, waiting())
  gone.abort()
  expect(await first).toEqual({ ok: false, error: 'cancelled' })
  expect(await second).toMatchObject({ ok: true })
})

it('goes on with the next when one could not be begun', async () => {
  const refused = simulations.run(() => {
    throw new Error('no thread')
  }, waiting())
  const next = simulations.run(job, waiting())
  await expect(refused).rejects.toThrow('no thread')
  expect(await next).toMatchObject({ ok: true })
})

it('takes no more than it can keep in mind', async () => {
  const runs = Array.from({ length: 9 }, () => simulations.run(job, waiting()))
  expect(await runs[8]).toEqual({ ok: false, error: 'too many simulations at once: try again' })
  for (const run of runs.slice(0, 8)) expect(await run).toMatchObject({ ok: true })
})
