/** Comparisons of versions in threads of their own: the API goes on answering, whatever the versions hold. */
import { on, once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { ListDiff } from '@weir/shared/contract/list-diff'
import { startBackgroundThread } from '../../background-thread.ts'
import type { CompareJob, CompareMessage } from './compare-job.ts'

/** A few chunks, and a page of rules. */
const MAX_HEAP_MB = 256

const ENTRY = new URL('./compare-worker.js', import.meta.url)

function start(job: CompareJob): Worker {
  const worker = startBackgroundThread(ENTRY, {
    workerData: job,
    name: 'weir-compare',
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  // One that comes when nobody waits any longer must not end the process.
  worker.on('error', () => {})
  return worker
}

/** @param onShare gets which share of the names is done @throws Error when a version is removed meanwhile, or the thread breaks; the signal's reason */
export async function compareApart(
  job: CompareJob & { readonly kind: 'figures' },
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<ListDiff> {
  signal.throwIfAborted()
  const worker = start(job)
  try {
    // An error of the thread is thrown here too.
    for await (const [message] of on(worker, 'message', { signal }) as AsyncIterable<[CompareMessage]>) {
      if (message.kind === 'figures') return message.diff
      if (message.kind === 'progress') onShare(message.share)
    }
    throw new Error('the comparison ended without a result')
  } finally {
    await worker.terminate()
  }
}

/** The text in pieces, read no faster than it is taken. @throws as `compareApart` */
export async function* differenceTextApart(
  job: CompareJob & { readonly kind: 'text' },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const worker = start(job)
  const arrived: CompareMessage[] = []
  let failure: unknown
  worker.on('message', (message: CompareMessage) => arrived.push(message))
  worker.on('error', (cause) => {
    failure = cause
  })
  try {
    for (;;) {
      if (arrived.length === 0 && failure === undefined) await once(worker, 'message', { signal })
      if (failure !== undefined) throw new Error('comparing versions', { cause: failure })
      const message = arrived.shift()
      if (message?.kind === 'end') return
      if (message?.kind !== 'piece') continue
      worker.postMessage('next')
      yield message.octets
    }
  } finally {
    await worker.terminate()
  }
}
