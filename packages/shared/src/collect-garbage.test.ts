import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { collectGarbage, newCollector } from './collect-garbage.ts'

const weakly = (): WeakRef<SharedArrayBuffer> => new WeakRef(new SharedArrayBuffer(1024, { maxByteLength: 1024 }))

describe('collectGarbage', () => {
  it('frees memory that was shared when nobody uses it any longer', async () => {
    const table = weakly()
    const kept = new SharedArrayBuffer(1024)
    const keptWeakly = new WeakRef(kept)
    // A reference that was just made lasts until its turn of the event loop is over.
    await setImmediate()
    collectGarbage()
    expect(table.deref()).toBeUndefined()
    expect(keptWeakly.deref()).toBe(kept)
  })

  it('leaves no trace for code that looks whether it may collect', () => {
    newCollector()({ type: 'minor', execution: 'sync' })
    expect('gc' in globalThis).toBe(false)
  })
})
