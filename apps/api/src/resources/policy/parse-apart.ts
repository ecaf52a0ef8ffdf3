/** Parsing a policy: in a thread of its own where it is long. */
import { once } from 'node:events'
import { startBackgroundThread } from '../../background-thread.ts'
import { type ParsedPolicy, parsePolicy } from './parse-policy.ts'

/** A shorter one is parsed at once: some milliseconds. */
const MAX_INLINE_CHARACTERS = 32 * 1024
/** A document of the longest text that is allowed. */
const MAX_HEAP_MB = 1024

const ENTRY = new URL('./policy-worker.js', import.meta.url)

/** @throws when the thread breaks */
export async function parseApart(text: string): Promise<ParsedPolicy> {
  if (text.length <= MAX_INLINE_CHARACTERS) return parsePolicy(text)
  const worker = startBackgroundThread(ENTRY, {
    workerData: text,
    name: 'weir-policy',
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  try {
    const [parsed] = (await once(worker, 'message')) as [ParsedPolicy]
    return parsed
  } catch (error) {
    return { ok: false, faults: [{ line: 1, message: `is too much to read: ${(error as Error).message}` }] }
  } finally {
    await worker.terminate()
  }
}
