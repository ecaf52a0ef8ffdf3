import type { AccessList } from '../../limits/access-list.ts'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'

/** Refuses clients that may not ask. `current` is read per query: a reload swaps the list. */
export const checkAccess = (current: () => AccessList): Stage => ({
  name: 'check-access',
  run(query) {
    if (current().mayAsk(query.clientAddress)) return Outcome.Continue
    query.fault = 'client-not-allowed'
    return Outcome.Answered
  },
})
