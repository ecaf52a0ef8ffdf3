/**
 * Thread of one import or one sweep: parsing, sorting and compressing a million names takes seconds, and the API must
 * go on answering. It writes weir.db over a connection of its own, in transactions short enough that an edit of a rule
 * does not notice; it ends with its job, and its memory with it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { openWriter } from '@weir/shared/db/open-database'
import type { ImportJob, ImportMessage } from './import-job.ts'
import { storeVersion } from './store-version.ts'
import { sweepVersions } from './sweep-versions.ts'

const post = (message: ImportMessage): void => parentPort?.postMessage(message)

function runJob(job: ImportJob): ImportMessage {
  const database = openWriter(job.databasePath, 'config')
  try {
    if (job.kind === 'sweep') return { kind: 'swept', versions: sweepVersions(database, job.keptVersions) }
    const stored = storeVersion(database, job, (progress) => post({ kind: 'progress', progress }))
    if (stored.ok) return { kind: 'stored', ...stored.value }
    return { kind: 'refused', fault: stored.error }
  } finally {
    database.close()
  }
}

post(runJob(workerData as ImportJob))
