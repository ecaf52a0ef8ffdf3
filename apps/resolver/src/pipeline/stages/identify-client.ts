import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'
import type { PolicySource } from '../policy-source.ts'

/** Finds the group of the client. */
export const identifyClient = (current: () => PolicySource): Stage => ({
  name: 'identify-client',
  run(query) {
    query.groupId = current().groupOf(query.clientAddress, query.clientId)
    return Outcome.Continue
  },
})
