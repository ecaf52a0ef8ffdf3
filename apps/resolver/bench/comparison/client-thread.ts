/**
 * Clients that measure, each in a thread with a heap of its own: the process of the benchmark holds millions of names, and collecting
 * them takes it a twentieth of a second and more, now and then, which would count as the server's.
 */
import { Worker } from 'node:worker_threads'

/** @param entry begins at once, ahead of the load, and posts its one result when it is through, or after `end` @param input what it needs to know */
export function startClient<T>(entry: URL, input: unknown): { readonly result: Promise<T>; end(): void } {
  const thread = new Worker(entry, { workerData: input })
  const result = new Promise<T>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
  })
  // Whoever wants it hears of a failure when he asks for the result.
  result.catch(() => undefined)
  return { result, end: () => thread.postMessage('end') }
}
