/** A client that asks one question after the other, until it is told to end. Thread of its own, see client-thread.ts. */
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { DnsProbe } from './dns-probe.ts'
import { goAhead } from './priority.ts'

export interface SilenceWatch {
  readonly port: number
  /** One that is answered at once. */
  readonly name: string
}

const ASK_EVERY_MS = 2

/** @returns the longest time without an answer, ms */
async function watch({ port, name }: SilenceWatch): Promise<number> {
  const probe = new DnsProbe(port)
  let isOver = false
  parentPort!.once('message', () => (isOver = true))
  let longestMs = 0
  let answeredAt = performance.now()
  while (!isOver) {
    const reply = await probe.ask(name)
    longestMs = Math.max(longestMs, performance.now() - answeredAt)
    if (reply) answeredAt = performance.now()
    await pause(ASK_EVERY_MS)
  }
  probe.close()
  return longestMs
}

goAhead()
parentPort!.postMessage(await watch(workerData as SilenceWatch))
