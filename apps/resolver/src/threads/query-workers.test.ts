import type { Endpoint } from '@weir/shared/environment'
import { describe, expect, it } from 'vitest'
import { QueryWorkers } from './query-workers.ts'
import type { WorkerStart } from './worker-messages.ts'

const FIXTURE = new URL('./mortal-worker.fixture.ts', import.meta.url)

function workersOf(count: number, listen: readonly Endpoint[], ended: string[] = []): QueryWorkers {
  return new QueryWorkers({
    count,
    entry: FIXTURE,
    startOf: (workerIndex, endpoints) => ({ workerIndex, listen: endpoints }) as WorkerStart,
    listen,
    onBug: () => {},
    onDesignation: () => undefined,
    onTierDamage: () => {},
    onRestart: (workerIndex, detail) => ended.push(`${workerIndex}: ${detail.split('\n')[0]}`),
  })
}

describe('QueryWorkers', () => {
  it('starts a worker that dies again, while the others serve', async () => {
    const ended: string[] = []
    const workers = workersOf(3, [{ address: '127.0.0.1', port: 5353 }], ended)
    expect((await workers.start()).ok).toBe(true)
    expect(await workers.apply({ upstreams: ['worker 1'] })).toBe(true)
    const others = () => workers.states.filter(({ id }) => id !== 1)
    expect(others()).toEqual([
      { id: 0, state: 'up', restarts: 0 },
      { id: 2, state: 'up', restarts: 0 },
    ])
    await expect.poll(() => workers.states[1], { timeout: 20_000 }).toEqual({ id: 1, state: 'up', restarts: 1 })
    expect(ended).toEqual(['1: Error: dies as it was told'])
    expect(await workers.apply({ upstreams: [] })).toBe(true)
    expect(await workers.lookUp('1.2.0.192.in-addr.arpa')).toBe('1.2.0.192.in-addr.arpa')
    await workers.stop()
    expect(await workers.lookUp('1.2.0.192.in-addr.arpa')).toBe(null)
    expect(workers.states.every(({ state }) => state === 'down')).toBe(true)
  }, 30_000)

  it('ends a worker that could not start, with all that it holds', async () => {
    const workers = workersOf(1, [])
    expect(await workers.start()).toEqual({ ok: false, error: 'nothing to listen on' })
    await expect.poll(() => workers.states).toEqual([{ id: 0, state: 'down', restarts: 0 }])
  })
})
