import type { RateLimiter } from '../../limits/token-bucket.ts'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'
import { TurnAway } from './turn-away.ts'

/**
 * Drops what is beyond a client's rate: an answer to a spoofed address would be the attack itself. Those who prove their
 * address have a rate of their own, so that nobody can use up theirs by forging it.
 */
export function limitRate(current: () => RateLimiter): Stage {
  const turnAway = new TurnAway()
  return {
    name: 'limit-rate',
    run(query) {
      const { isAddressProven } = query
      if (current().mayAsk(query.clientAddress, query.startedAtMs, isAddressProven)) return Outcome.Continue
      if (!isAddressProven) return turnAway.run(query, 'rate-limited')
      query.fault = 'rate-limited'
      return Outcome.Dropped
    },
  }
}
