import type { RateLimiter } from '../../limits/token-bucket.ts'
import { Outcome } from '../../query/outcome.ts'
import { CookieState, type QueryContext, Transport } from '../../query/query-context.ts'
import type { Stage } from '../../query/stage.ts'

/** Every so many queries beyond the rate one is answered, without records. */
const SLIP = 2

/**
 * Drops what is beyond a client's rate: an answer to a spoofed address would be the attack itself. Those who prove their
 * address have a rate of their own, so that nobody can use up theirs by forging it.
 *
 * Every second one is answered, no longer than it asked, so that the real owner of a forged address learns how to prove it:
 * over TCP, or by the cookie that comes along.
 */
export function limitRate(current: () => RateLimiter): Stage {
  let refused = 0
  return {
    name: 'limit-rate',
    run(query) {
      const { isAddressProven } = query
      if (current().mayAsk(query.clientAddress, query.startedAtMs, isAddressProven)) return Outcome.Continue
      query.fault = 'rate-limited'
      refused = (refused + 1) % SLIP
      if (isAddressProven || refused !== 0) return Outcome.Dropped
      if (hasCookie(query)) query.fault = 'bad-cookie'
      return Outcome.Answered
    },
  }
}

const hasCookie = ({ transport, cookieState }: QueryContext): boolean =>
  transport === Transport.Udp && cookieState !== CookieState.None
