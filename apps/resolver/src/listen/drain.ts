/** Waiting for the answers that are still due when a listener stops. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than an upstream's usual timeout is not worth delaying a restart for. */
export const DRAIN_TIMEOUT_MS = 3000
/** Whoever still waits for an upstream then gets a failure, in time for it to be sent. */
export const GIVE_UP_AFTER_MS = 2500
/** Short, so that an idle listener stops at once; nothing else happens any more. */
const POLL_MS = 5

/** Resolves when `isIdle` says so, at the latest after `timeoutMs`. */
export async function drained(isIdle: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isIdle() && performance.now() < deadline) await sleep(POLL_MS)
}
