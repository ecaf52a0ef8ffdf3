/** The thread that writes log.db, started with what the workers record into and what lists are called. */
import { tuningOf } from '@weir/shared/db/open-database'
import { createCounters } from '../telemetry/counters.ts'
import { LogWriterThread } from '../telemetry/log-writer-thread.ts'
import type { LiveState } from './live-state.ts'
import type { LiveStreams } from './live-streams.ts'
import type { WorkerMemory } from './worker-memory.ts'

interface LogSources {
  /** Of log.db. */
  readonly logPath: string
  readonly memory: WorkerMemory
  readonly live: LiveState
  readonly streams: LiveStreams
}

export function startLogWriter({ logPath, memory, live, streams }: LogSources): LogWriterThread {
  const { settings } = live.config
  return new LogWriterThread(
    {
      path: logPath,
      rings: memory.rings,
      counters: memory.counters,
      accounted: createCounters(),
      settings: settings.log,
      tuning: tuningOf(settings.storage, 'log'),
      upstreams: [...live.upstreams],
    },
    (tail) => streams.tellTail(tail, live.config.lists),
  )
}
