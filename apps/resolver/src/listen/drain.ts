/** Waiting for the answers that are still due when a listener stops. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DRAIN_TIMEOUT_MS } from './udp-socket.ts'

/** Short, so that an idle listener stops at once; nothing else happens any more. */
const POLL_MS = 5

/** Resolves when `isIdle` says so, at the latest after DRAIN_TIMEOUT_MS. */
export async function drained(isIdle: () => boolean): Promise<void> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS
  while (!isIdle() && performance.now() < deadline) await sleep(POLL_MS)
}
