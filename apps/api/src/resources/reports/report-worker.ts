/** Thread of one report: it reads weir.db and log.db over connections of its own, and ends with its work. */
import { existsSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { PolicyReportBody } from '@weir/shared/contract/policy-report'
import { type Database, openReader } from '@weir/shared/db/open-database'
import { compareLists, readLists } from './list-overlaps.ts'
import type { ReportJob, ReportMessage } from './report-job.ts'
import { findNeedlessRules } from './rule-findings.ts'
import { countRules, readRules } from './stored-rules.ts'
import { findUnused } from './unused.ts'

/** What reading and judging own rules counts for beside walking through lists. */
const SHARE_OF_RULES = 0.1
const PROGRESS_INTERVAL_MS = 200

const post = (message: ReportMessage): void => parentPort?.postMessage(message)

function makeReport(database: Database, log: Database | undefined, job: ReportJob): PolicyReportBody {
  const rules = readRules(database, job.nowMs)
  const lists = readLists(database)
  const needless = findNeedlessRules(rules, job.precedence)
  const unused = findUnused(log, { rules, lists }, job)
  post({ kind: 'progress', share: SHARE_OF_RULES })
  const walk = compareLists(database, lists, rules)
  const names = lists.reduce((sum, list) => sum + list.names, 0)
  for (let told = performance.now(); ; ) {
    const step = walk.next()
    if (step.done) {
      const { overlaps, rulesInLists } = step.value
      const leftOut = { rules: countRules(database, job.nowMs) - rules.length, lists: lists.length - overlaps.length }
      return { days: job.days, ...unused, ...needless, rulesInLists, overlaps, leftOut }
    }
    if (performance.now() - told < PROGRESS_INTERVAL_MS) continue
    told = performance.now()
    post({ kind: 'progress', share: Math.min(1, SHARE_OF_RULES + (1 - SHARE_OF_RULES) * (step.value / names)) })
  }
}

/** Missing or broken: the report does without. */
function openLog(path: string): Database | undefined {
  if (!existsSync(path)) return undefined
  try {
    const log = openReader(path)
    log.prepare('SELECT since FROM hit_horizon').get()
    return log
  } catch {
    return undefined
  }
}

const job = workerData as ReportJob
const database = openReader(job.databasePath)
const log = openLog(job.logPath)
try {
  post({ kind: 'done', report: makeReport(database, log, job) })
} finally {
  database.close()
  log?.close()
}
