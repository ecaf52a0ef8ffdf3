/** How long a server does not answer, seen by a client that asks one question after the other. */
import { setTimeout as pause } from 'node:timers/promises'
import { DnsProbe } from './dns-probe.ts'

const ASK_EVERY_MS = 2

/** @param name one that is answered at once @returns a function that ends the watch and gives the longest time without an answer, ms */
export function watchSilence(port: number, name: string): () => Promise<number> {
  const probe = new DnsProbe(port)
  let isOver = false
  let longestMs = 0
  let answeredAt = performance.now()
  const watching = (async () => {
    while (!isOver) {
      const reply = await probe.ask(name)
      longestMs = Math.max(longestMs, performance.now() - answeredAt)
      if (reply) answeredAt = performance.now()
      await pause(ASK_EVERY_MS)
    }
  })()
  return async () => {
    isOver = true
    await watching
    probe.close()
    return longestMs
  }
}
