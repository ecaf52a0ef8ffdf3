/** Who goes ahead on the core of the load: what stands for clients, which are machines of their own elsewhere. */
import { getPriority, setPriority } from 'node:os'

/** Ahead of all else, where the user may say so; `nice` goes on without where he may not. */
export const FIRST = ['nice', '-n', '-15']
/** As far as `nice` can go. */
const LEAST_NICENESS = -20

/** Measures without waiting for the load's own processes: what this process times is not to be its own wait for the core. */
export async function aheadOfLoad<T>(measure: () => Promise<T>): Promise<T> {
  const before = getPriority()
  setNiceness(LEAST_NICENESS)
  try {
    return await measure()
  } finally {
    setNiceness(before)
  }
}

/** For good: a thread that only measures. */
export const goAhead = (): void => setNiceness(LEAST_NICENESS)

function setNiceness(niceness: number): void {
  try {
    setPriority(niceness)
  } catch {
    // Only root may; the figures then hold what waiting for the core costs.
  }
}
