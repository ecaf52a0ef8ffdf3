/**
 * The main thread's memory. Loading code makes much that is used once, and V8 keeps room for as much again: 12 MB, for a
 * thread that from then on mostly waits. So once it has started everything is collected and given back, which takes some
 * 50 ms in which only this thread stands still.
 *
 * No flag of V8 may be set while threads start: Node's own modules would be compiled anew, 75 ms a thread, since their stored
 * code is for the flags it was made with.
 */
import { newCollector } from '@weir/shared/collect-garbage'
import { loadLinuxCalls } from '../linux/datagram-socket.ts'

/** The first calls of the API are served by then. */
const SETTLED_AFTER_MS = 500

/** What was freed goes back to the system: glibc keeps it for each thread that once used it, some tens of MB after a compile. */
export async function returnMemory(): Promise<void> {
  const calls = await loadLinuxCalls()
  if (calls.ok) calls.value.trimHeap()
}

/** Call when answers are given. */
export function settleHeap(): void {
  setTimeout(() => {
    newCollector()({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    void returnMemory()
  }, SETTLED_AFTER_MS).unref()
}
