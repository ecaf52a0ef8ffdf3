/** Steps behind when it is loaded: for a thread's `--import`, so that reading its other modules is background work already. */
import { stepBehindAnswers } from './thread-priority.ts'

stepBehindAnswers()
