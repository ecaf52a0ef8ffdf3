/** Entry of the thread that import-thread.ts starts: parses ahead by a few batches, and waits for the rest to be taken. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ImportLines } from './parse-import.ts'
import { parseImport } from './parse-import.ts'

export interface ImportJob {
  readonly lines: ImportLines
  readonly batchRules: number
}

/** Batches that may wait to be stored: bounds what lies between the threads. */
const BATCHES_AHEAD = 4

const { lines, batchRules } = workerData as ImportJob
const batches = parseImport(lines, batchRules)

function postNext(): void {
  const next = batches.next()
  // null: that was all.
  parentPort?.postMessage(next.done ? null : next.value)
  if (next.done) parentPort?.close()
}

parentPort?.on('message', postNext)
for (let i = 0; i < BATCHES_AHEAD; i++) postNext()
