/** weir.db goes, or another takes its place, while resolver and API run: neither is started again. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANSWERED, BLOCKED, startAnswering } from './answered-names.fixture.ts'
import type { ResolverProcess } from './resolver-process.fixture.ts'

const PATIENCE_MS = 120_000

let weir: ResolverProcess
let answer: (name: string) => Promise<string[]>
let stop: () => Promise<void>
beforeEach(async () => {
  ;({ weir, answer, stop } = await startAnswering())
  await weir.startApi()
})
afterEach(() => stop())

interface Health {
  readonly status: string
  readonly resolver: string
  readonly reasons: readonly string[]
}

const file = (name: string): string => join(weir.dataDir, name)
const block = (pattern: string) => weir.request('POST', '/rules', { action: 'block', match: 'suffix', pattern })
const health = (): Promise<Health | undefined> => weir.request<Health>('GET', '/health').catch(() => undefined)

async function until<T>(read: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = await read()
    if (isWanted(value)) return value
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)}: ${weir.resolver.output}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A copy of weir.db as it is now. */
function backUp(): string {
  const database = openWriter(file('weir.db'), 'config')
  database.exec(`VACUUM INTO '${file('backup.db')}'`)
  database.close()
  return file('backup.db')
}

function removeDatabase(): void {
  for (const name of ['weir.db', 'weir.db-wal', 'weir.db-shm']) rmSync(file(name), { force: true })
}

describe('a restored backup', () => {
  it('is in effect within seconds, although its revision is lower', async () => {
    await block('before.example')
    const backup = backUp()
    await block('after.example')
    expect(await answer('after.example')).toEqual(BLOCKED)
    removeDatabase()
    renameSync(backup, file('weir.db'))
    await until(
      () => answer('after.example'),
      (data) => data.join() === ANSWERED.join(),
    )
    expect(await answer('before.example')).toEqual(BLOCKED)
    // The API is on the new file: what it acknowledges now is in it.
    await until(
      () =>
        block('later.example').then(
          () => true,
          () => false,
        ),
      (isAdded) => isAdded,
    )
    expect(await answer('later.example')).toEqual(BLOCKED)
    expect(await answer('before.example')).toEqual(BLOCKED)
  })
})

describe('a weir.db that goes', () => {
  it('ends no filtering; changes are refused and health says why, until a backup lies there', async () => {
    await block('before.example')
    const backup = backUp()
    await until(async () => existsSync(file('config.copy')), Boolean)
    removeDatabase()
    await expect(block('lost.example')).rejects.toThrow(/503|fetch failed/)
    const degraded = await until(health, (state) => state?.reasons[0]?.includes('weir.db is missing') ?? false)
    expect(degraded).toMatchObject({ status: 'degraded', resolver: 'up' })
    await expect(block('lost.example')).rejects.toThrow('503')
    expect(await answer('before.example')).toEqual(BLOCKED)
    expect(await answer('www.example.org')).toEqual(ANSWERED)
    renameSync(backup, file('weir.db'))
    await until(health, (state) => state?.status === 'ok')
    await block('later.example')
    expect(await answer('later.example')).toEqual(BLOCKED)
    expect(await answer('before.example')).toEqual(BLOCKED)
  })
})
