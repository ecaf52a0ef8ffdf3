/** SQLite's integrity checks in a thread of their own: they read the whole file, and requests must go on meanwhile. */
import { Worker } from 'node:worker_threads'

export interface IntegrityJob {
  readonly path: string
  readonly isQuick: boolean
}

// From source the thread needs the condition that the process was started with; dist needs none.
const IS_SOURCE = import.meta.url.endsWith('.ts')
const ENTRY = new URL(IS_SOURCE ? './integrity-worker.ts' : './integrity-worker.js', import.meta.url)

/** @returns what is wrong, nothing when all is well; a file that cannot be read is one message */
export function checkIntegrity(path: string, isQuick: boolean): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const workerData: IntegrityJob = { path, isQuick }
    const worker = new Worker(ENTRY, { workerData, ...(IS_SOURCE ? { execArgv: ['--conditions=source'] } : {}) })
    worker.once('message', resolve)
    worker.once('error', (cause) => reject(new Error(`checking ${path}`, { cause })))
  })
}
