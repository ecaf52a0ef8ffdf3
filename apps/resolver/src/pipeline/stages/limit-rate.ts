import type { RateLimiter } from '../../limits/token-bucket.ts'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'

/** Drops what is beyond a client's rate: an answer to a spoofed address would be the attack itself. */
export const limitRate = (current: () => RateLimiter): Stage => ({
  name: 'limit-rate',
  run(query) {
    if (current().mayAsk(query.clientAddress, query.startedAtMs)) return Outcome.Continue
    query.fault = 'rate-limited'
    return Outcome.Dropped
  },
})
