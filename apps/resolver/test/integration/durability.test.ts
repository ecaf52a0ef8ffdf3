/** What must not stop answers: checkpoints, a stopped API, a lost or damaged database, a kill at any instant. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

const addRule = (pattern: string) => weir.request('POST', '/rules', { action: 'block', match: 'suffix', pattern })
const addList = (text: string) =>
  weir.request<{ id: number }>('POST', '/lists', { name: 'listed', kind: 'block', text })

/** Lists are stored beside the request: asks until the name is blocked. */
async function untilBlocked(name: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while ((await answer(name)).join() !== BLOCKED.join()) {
    if (Date.now() > deadline) throw new Error(`${name} is not blocked: ${weir.resolver.output} ${weir.api?.output}`)
  }
}

async function untilThere(file: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!existsSync(join(weir.dataDir, file)))
    if (Date.now() > deadline) throw new Error(`${file} was not written`)
    else await answer('www.example.org')
}

describe('weir.db and answers', () => {
  it('is checkpointed to its last frame while DNS is served', async () => {
    let isOver = false
    let answered = 0
    const load = async (lane: number): Promise<void> => {
      while (!isOver) if ((await answer(`n${lane}-${answered}.example.org`)).join() === ANSWERED.join()) answered++
    }
    const lanes = [0, 1, 2, 3].map(load)
    for (let i = 0; i < 5; i++) {
      await addRule(`rule-${i}.example`)
      const result = await weir.request<{ busy: boolean; logFrames: number; checkpointedFrames: number }>(
        'POST',
        '/database/checkpoint',
        { mode: 'truncate' },
      )
      expect(result).toMatchObject({ busy: false })
      expect(result.checkpointedFrames).toBe(result.logFrames)
    }
    isOver = true
    await Promise.all(lanes)
    expect(answered).toBeGreaterThan(0)
    expect(await answer('rule-4.example')).toEqual(BLOCKED)
  })

  it('may go, and the API with it, while the resolver runs', async () => {
    await addRule('ads.example')
    await weir.api?.end()
    for (const file of ['weir.db', 'weir.db-wal', 'weir.db-shm']) rmSync(join(weir.dataDir, file), { force: true })
    expect(await answer('www.example.org')).toEqual(ANSWERED)
    expect(await answer('x.ads.example')).toEqual(BLOCKED)
  })
})

describe('after kill -9', () => {
  it('every acknowledged rule and list is there', async () => {
    await addList('||listed.example^\n')
    await untilBlocked('listed.example')
    await untilThere('rules.index')
    await addRule('ads.example')
    await weir.resolver.end('SIGKILL')
    await weir.startResolver()
    expect(await answer('ads.example')).toEqual(BLOCKED)
    expect(await answer('www.listed.example')).toEqual(BLOCKED)
    expect(await answer('www.example.org')).toEqual(ANSWERED)
  })

  it.each(['missing', 'damaged'])('a %s weir.db does not end filtering', async (fate) => {
    await addList('||listed.example^\n')
    await untilBlocked('listed.example')
    await addRule('ads.example')
    await weir.api?.end()
    await untilThere('rules.index')
    await weir.resolver.end()
    for (const file of ['weir.db', 'weir.db-wal', 'weir.db-shm']) rmSync(join(weir.dataDir, file), { force: true })
    if (fate === 'damaged') writeFileSync(join(weir.dataDir, 'weir.db'), Buffer.alloc(8192, 0x5a))
    await weir.startResolver()
    expect(await answer('ads.example')).toEqual(BLOCKED)
    expect(await answer('www.listed.example')).toEqual(BLOCKED)
    expect(await answer('www.example.org')).toEqual(ANSWERED)
    expect(weir.resolver.output).toContain('weir.db cannot be read')
  })

  it('a damaged weir.db without a copy of the last run ends the start, rather than to answer unfiltered', async () => {
    await weir.api?.end()
    await weir.resolver.end()
    for (const file of ['weir.db-wal', 'weir.db-shm', 'rules.index', 'config.copy'])
      rmSync(join(weir.dataDir, file), { force: true })
    writeFileSync(join(weir.dataDir, 'weir.db'), Buffer.alloc(8192, 0x5a))
    await expect(weir.startResolver()).rejects.toThrow('ended with 1 ')
    expect(weir.resolver.output).toContain('weir.db')
    expect(weir.resolver.output).not.toContain('Weir answers DNS')
  })
})
