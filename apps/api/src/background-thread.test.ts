import { once } from 'node:events'
import { getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { startBackgroundThread } from './background-thread.ts'

describe('startBackgroundThread', () => {
  it.runIf(process.platform === 'linux')('lets the thread step behind before it loads its modules', async () => {
    const worker = startBackgroundThread(new URL('./testing/priority.fixture.js', import.meta.url), { workerData: 7 })
    const [message] = await once(worker, 'message')
    expect(message).toEqual({ priority: 10, workerData: 7 })
    // The thread's alone.
    expect(getPriority()).not.toBe(10)
    await worker.terminate()
  })
})
