/** Runs simulations, each with connections of its own: nothing of it reaches who answers queries. */
import { parentPort } from 'node:worker_threads'
import { openReader } from '@weir/shared/db/open-database'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import { simulate } from './simulate.ts'
import type { FromSimulation, SimulationJob } from './simulation-messages.ts'

/** Between two reports of progress. */
const PROGRESS_MS = 200

const post = (message: FromSimulation): void => parentPort!.postMessage(message)

function run(job: SimulationJob): FromSimulation {
  const database = openReader(job.databasePath)
  const log = openReader(job.logPath)
  try {
    const result = simulate(database, log, job, throttled())
    return typeof result === 'string' ? { kind: 'failed', detail: result } : { kind: 'done', result }
  } finally {
    log.close()
    database.close()
  }
}

function throttled(): (share: number) => void {
  let toldAt = performance.now()
  return (share) => {
    const now = performance.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    post({ kind: 'progress', share })
  }
}

stepBehindAnswers()
parentPort!.on('message', (job: SimulationJob) => {
  try {
    post(run(job))
  } catch (error) {
    post({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) })
  }
})
