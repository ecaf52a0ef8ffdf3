/** Whether this thread gets a processor when it wants one (Linux: /proc/thread-self/schedstat, of the kernel's sched-stats page). */
import { readFileSync } from 'node:fs'

/** Nanoseconds of this thread since it began: on a processor, and ready to run but waiting for one. */
export interface ProcessorTimes {
  readonly ran: number
  readonly waited: number
}

/**
 * @param read gives undefined where the system keeps no such account
 * @returns a function that says whether the thread has waited longer than it ran since the last call; true where that is not known
 */
export function watchProcessor(read: () => ProcessorTimes | undefined = readProcessorTimes): () => boolean {
  let last = read()
  return () => {
    const now = read()
    const isScarce = !now || !last || now.waited - last.waited > now.ran - last.ran
    last = now
    return isScarce
  }
}

function readProcessorTimes(): ProcessorTimes | undefined {
  try {
    const [ran, waited] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number)
    return { ran: ran!, waited: waited! }
  } catch {
    return undefined
  }
}
