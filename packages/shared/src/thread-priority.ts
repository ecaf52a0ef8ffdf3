/** Who goes first where cores are scarce: answers to clients, then everything else. */
import { setPriority } from 'node:os'

/**
 * A tenth of the weight of a thread that answers: on one core that is busy with queries, background work still gets on.
 * @see sched(7), "The nice value"
 */
const NICENESS = 10

/**
 * Lets the threads that answer queries go first; call it in a thread of background work. Only Linux gives each thread a
 * priority of its own; elsewhere it would slow down the whole process.
 */
export function stepBehindAnswers(): void {
  if (process.platform === 'linux') setPriority(0, NICENESS)
}
