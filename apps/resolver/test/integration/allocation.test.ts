/** Cached and blocked queries are answered without allocating: nothing for the garbage collector to do, whatever the rate. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { AllocationReport } from './allocation.fixture.ts'

const PROGRAM = fileURLToPath(new URL('./allocation.fixture.ts', import.meta.url))

describe('the way of a query that needs no upstream', () => {
  it('allocates nothing, whether it is cached or blocked', async () => {
    // Compiled in its own thread, so that what is measured does not depend on how busy the machine is.
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--single-threaded',
      '--conditions=source',
      PROGRAM,
    ])
    const { octets, queries, answered, rounds, outcomes, slots, explained } = JSON.parse(stdout) as AllocationReport
    // Reading the heap's size, and the time of each batch, take some.
    expect(octets).toBeLessThanOrEqual(queries)
    expect(octets).toBeGreaterThanOrEqual(0)
    expect(answered).toBe(rounds * queries)
    expect(outcomes).toEqual(['cached', 'blocked'])
    // A third of the names is blocked by the list, and two thirds of these are asked with EDNS.
    expect(explained).toBe(Math.floor((slots * 2) / 9))
  })
})
