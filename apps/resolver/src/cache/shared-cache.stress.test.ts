import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { createCacheBuffer } from './cache-layout.ts'
import { SharedCache } from './shared-cache.ts'
import type { StressReport, StressTask } from './stress-worker.fixture.ts'

const start = (task: StressTask): Worker =>
  new Worker(new URL('./stress-worker.fixture.ts', import.meta.url), {
    workerData: task,
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
  })

describe('SharedCache under many threads', () => {
  it.each([
    ['hardly any room, so that everything moves', 65_536, 300],
    ['a few names that all fight for', 65_536, 12],
    ['several shards', 2 * 1024 * 1024, 5000],
  ])(
    'serves every octet as it was stored, with %s',
    async (_, limit, names) => {
      const buffer = createCacheBuffer(limit)
      const workers = [1, 2, 3, 4].map((seed) => start({ buffer, seed, operations: 60_000, names, clockRate: 1 }))
      const reports = await Promise.all(workers.map((worker) => once(worker, 'message') as Promise<[StressReport]>))
      expect(reports.reduce((sum, [report]) => sum + report.wrong, 0)).toBe(0)
      expect(reports.every(([report]) => report.hits > 5000)).toBe(true)
      const cache = new SharedCache(buffer)
      const { hits } = cache.counters
      expect(hits).toBe(reports.reduce((sum, [report]) => sum + report.hits, 0))
      const left = cache.entryCount
      expect(cache.flush()).toBe(left)
      expect([cache.entryCount, cache.sizeOctets]).toEqual([0, 0])
    },
    60_000,
  )

  it('goes on when threads are stopped in the midst of their work', async () => {
    const buffer = createCacheBuffer(65_536)
    for (let seed = 1; seed <= 5; seed++) {
      const worker = start({ buffer, seed, operations: 1e9, names: 100, clockRate: 5 })
      await once(worker, 'online')
      await expect.poll(() => new SharedCache(buffer).counters.stored, { timeout: 20_000 }).toBeGreaterThan(seed * 2000)
      await worker.terminate()
    }
    const [report] = (await once(
      start({ buffer, seed: 9, operations: 20_000, names: 100, clockRate: 5 }),
      'message',
    )) as [StressReport]
    expect(report.wrong).toBe(0)
  }, 60_000)
})
