/** Runs one simulation, with connections of its own, and ends: nothing of it reaches who answers queries. */
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '@weir/shared/db/open-database'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import { simulate } from './simulate.ts'
import type { FromSimulation, SimulationJob } from './simulation-messages.ts'

const post = (message: FromSimulation): void => parentPort!.postMessage(message)

function run(job: SimulationJob): FromSimulation {
  const database = openReader(job.databasePath)
  const log = openReader(job.logPath)
  try {
    const result = simulate(database, log, job)
    return typeof result === 'string' ? { kind: 'failed', detail: result } : { kind: 'done', result }
  } finally {
    log.close()
    database.close()
  }
}

stepBehindAnswers()
try {
  post(run(workerData as SimulationJob))
} catch (error) {
  post({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) })
}
