/** How long a server does not answer. */
import { startClient } from './client-thread.ts'
import type { SilenceWatch } from './silence-thread.ts'

const ENTRY = new URL('silence-thread.ts', import.meta.url)

/** @returns a function that ends the watch and gives the longest time without an answer, ms */
export function watchSilence(watch: SilenceWatch): () => Promise<number> {
  const client = startClient<number>(ENTRY, watch)
  return () => {
    client.end()
    return client.result
  }
}
