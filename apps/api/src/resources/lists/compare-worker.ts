/** Entry of the thread that compare-thread.ts starts: it reads weir.db over a connection of its own, and ends with its work. */
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '@weir/shared/db/open-database'
import type { CompareJob, CompareMessage } from './compare-job.ts'
import { compareVersions, differenceText } from './compare-versions.ts'

/** What is done sooner than this needs no progress. */
const PROGRESS_INTERVAL_MS = 200
/** Pieces that may wait to be sent: bounds what lies between the threads. */
const PIECES_AHEAD = 4

const port = parentPort!
const post = (message: CompareMessage): void => port.postMessage(message)

const job = workerData as CompareJob
const database = openReader(job.databasePath)
if (job.kind === 'figures') {
  let toldAtMs = performance.now()
  const tell = (share: number): void => {
    const now = performance.now()
    if (now - toldAtMs < PROGRESS_INTERVAL_MS) return
    toldAtMs = now
    post({ kind: 'progress', share })
  }
  post({ kind: 'figures', diff: compareVersions(database, job.pair, job.search, tell) })
  database.close()
} else {
  const pieces = differenceText(database, job.pair, job.side)
  const postNext = (): void => {
    const next = pieces.next()
    if (!next.done) return post({ kind: 'piece', octets: next.value })
    post({ kind: 'end' })
    database.close()
    port.close()
  }
  port.on('message', postNext)
  for (let i = 0; i < PIECES_AHEAD; i++) postNext()
}
