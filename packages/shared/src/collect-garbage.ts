/**
 * Frees what this thread no longer uses, now. Shared memory goes back to the system when the last thread that knew of it has
 * collected its handle, and a thread that waits or allocates nothing might do that in hours: tables of names that were
 * replaced would pile up.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

interface CollectOptions {
  /** Minor: only what is new, in less than a millisecond. Major: all, in some milliseconds for a small heap. */
  readonly type: 'major' | 'minor'
  readonly execution: 'sync'
  /** Code that is not running goes too, which takes some 50 ms. */
  readonly flavor?: 'last-resort'
}

type Collect = (options: CollectOptions) => void

const MAX_TRIES = 20

/** Made in a context of its own, which takes a millisecond and some memory while the function is held. */
export function newCollector(): Collect {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // V8 has it in contexts that are made while the flag is set. The flag is the whole process's: another thread may have
    // taken it back in between. Left set, it would make threads start without V8's stored code.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('globalThis.gc') as Collect | undefined
    setFlagsFromString('--no-expose-gc')
    if (collect) return collect
  }
  return () => {}
}

export const collectGarbage = (): void => newCollector()({ type: 'major', execution: 'sync' })
