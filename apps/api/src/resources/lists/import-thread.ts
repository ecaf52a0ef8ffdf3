/** Starts the import thread and waits for what becomes of its job. */
import type { ListProgress } from '@weir/shared/contract/lists'
import { startBackgroundThread } from '../../background-thread.ts'
import type { ImportJob, ImportMessage } from './import-job.ts'

export type ImportOutcome = Exclude<ImportMessage, { kind: 'progress' }>

/**
 * Names lie outside the JavaScript heap; what is on it is bounded, so that a list made to exhaust it ends only its own
 * import.
 */
const MAX_HEAP_MB = 1024
/** What a line leaves behind is soon gone; V8 would let the young generation grow to 48 MB. */
const MAX_YOUNG_HEAP_MB = 6

const ENTRY = new URL('./import-worker.js', import.meta.url)

/** @throws Error when the thread breaks or is ended: what it stored so far is left without a list, for a sweep */
export function runImportThread(
  job: ImportJob,
  signal: AbortSignal,
  onProgress: (progress: ListProgress) => void = () => {},
): Promise<ImportOutcome> {
  signal.throwIfAborted()
  const worker = startBackgroundThread(ENTRY, {
    workerData: job,
    name: `weir-${job.kind}`,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_HEAP_MB },
  })
  const end = (): void => void worker.terminate()
  signal.addEventListener('abort', end, { once: true })
  return new Promise<ImportOutcome>((resolve, reject) => {
    let outcome: ImportOutcome | undefined
    worker.on('message', (message: ImportMessage) => {
      if (message.kind === 'progress') onProgress(message.progress)
      else outcome = message
    })
    worker.on('error', (cause) => reject(new Error('importing a list', { cause })))
    // Not before the thread is gone: only then is its connection closed, and the next job may begin.
    worker.on('exit', () => (outcome ? resolve(outcome) : reject(new Error('the import was ended before it was done'))))
  }).finally(() => signal.removeEventListener('abort', end))
}
