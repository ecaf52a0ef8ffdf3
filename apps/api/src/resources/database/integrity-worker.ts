/** Entry of the thread that integrity-check.ts starts. */
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '@weir/shared/db/open-database'
import type { IntegrityJob } from './integrity-check.ts'

/** Messages that one check returns. */
const MAX_MESSAGES = 100

function runCheck({ path, isQuick }: IntegrityJob): string[] {
  try {
    const database = openReader(path)
    try {
      const pragma = isQuick ? 'quick_check' : 'integrity_check'
      const rows = database.pragma(`${pragma}(${MAX_MESSAGES})`) as Record<string, string>[]
      return rows.map((row) => row[pragma] ?? '').filter((message) => message !== 'ok')
    } finally {
      database.close()
    }
  } catch (error) {
    return [(error as Error).message]
  }
}

parentPort?.postMessage(runCheck(workerData as IntegrityJob))
