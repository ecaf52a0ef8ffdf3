/** Threads of the API for work that takes long. They step behind the answering of queries before they load what they need. */
import { Worker, type WorkerOptions } from 'node:worker_threads'

// From source a thread needs the condition that the process was started with; dist needs none.
const IS_SOURCE = import.meta.url.endsWith('.ts')
const STEP_BEHIND = import.meta.resolve('@weir/shared/thread-priority-behind')

/** @param entry the thread's module, as it is built: `.js` */
export function startBackgroundThread(entry: URL, options: Omit<WorkerOptions, 'execArgv'>): Worker {
  return new Worker(IS_SOURCE ? new URL(entry.href.replace(/\.js$/, '.ts')) : entry, {
    ...options,
    execArgv: [...(IS_SOURCE ? ['--conditions=source'] : []), '--import', STEP_BEHIND],
  })
}
