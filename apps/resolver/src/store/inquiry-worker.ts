/** Answers one question about the past, with connections of its own, and ends: nothing of it reaches who answers queries. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Database, openReader } from '@weir/shared/db/open-database'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import type { FromInquiry, InquiryRequest } from './inquiry-messages.ts'
import { explainPast } from './past-explanation.ts'

const post = (message: FromInquiry): void => parentPort!.postMessage(message)

/** Null where log.db is missing or broken: the history of weir.db stands in for it. */
function openLog(path: string): Database | null {
  try {
    const log = openReader(path)
    log.prepare('SELECT 1 FROM effect LIMIT 1').get()
    return log
  } catch {
    return null
  }
}

function answer({ databasePath, logPath, fallbackServers, question }: InquiryRequest): FromInquiry {
  const database = openReader(databasePath)
  const log = openLog(logPath)
  try {
    const explanation = explainPast(database, log, fallbackServers, question)
    return typeof explanation === 'string' ? { kind: 'failed', detail: explanation } : { kind: 'done', explanation }
  } finally {
    log?.close()
    database.close()
  }
}

stepBehindAnswers()
try {
  post(answer(workerData as InquiryRequest))
} catch (error) {
  post({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) })
}
