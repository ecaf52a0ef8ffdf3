/** Parsing of an import: in a thread of its own where it is long, since the API must go on answering meanwhile. */
import { once } from 'node:events'
import { startBackgroundThread } from '../../background-thread.ts'
import type { ImportJob } from './import-worker.ts'
import { type ImportLines, type ParsedBatch, parseImport } from './parse-import.ts'

/** A shorter text is parsed at once: some milliseconds, less than a thread takes to start. */
const MAX_INLINE_CHARACTERS = 32 * 1024
/** The text, and a few batches. */
const MAX_HEAP_MB = 512

const ENTRY = new URL('./import-worker.js', import.meta.url)

export const isShort = ({ text }: ImportLines): boolean => text.length <= MAX_INLINE_CHARACTERS

/**
 * The batches of an import, in order. Other requests get their turn between two of them.
 * @throws when the signal ends it, or the thread breaks
 */
export async function* parseApart(
  lines: ImportLines,
  batchRules: number,
  signal: AbortSignal,
): AsyncGenerator<ParsedBatch> {
  if (isShort(lines)) return yield* parseImport(lines, batchRules)
  const workerData: ImportJob = { lines, batchRules }
  const worker = startBackgroundThread(ENTRY, {
    workerData,
    name: 'weir-rules',
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  const arrived: (ParsedBatch | null)[] = []
  let failure: unknown
  worker.on('message', (batch: ParsedBatch | null) => arrived.push(batch))
  worker.on('error', (cause) => {
    failure = cause
  })
  try {
    for (;;) {
      if (failure !== undefined) throw new Error('parsing an import', { cause: failure })
      if (arrived.length === 0) await once(worker, 'message', { signal })
      // Messages that come while one is handled are handed on at once: without this, requests would wait for them all.
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
      const batch = arrived.shift()
      if (batch === null) return
      if (batch === undefined) continue
      worker.postMessage('next')
      yield batch
    }
  } finally {
    await worker.terminate()
  }
}
