import { startBackgroundThread } from '../../background-thread.ts'
/** SQLite's integrity checks in a thread of their own: they read the whole file, and requests must go on meanwhile. */

export interface IntegrityJob {
  readonly path: string
  readonly isQuick: boolean
}

const ENTRY = new URL('./integrity-worker.js', import.meta.url)

/** @returns what is wrong, nothing when all is well; a file that cannot be read is one message */
export function checkIntegrity(path: string, isQuick: boolean): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const workerData: IntegrityJob = { path, isQuick }
    const worker = startBackgroundThread(ENTRY, { workerData, name: 'weir-integrity' })
    worker.once('message', resolve)
    worker.once('error', (cause) => reject(new Error(`checking ${path}`, { cause })))
  })
}
