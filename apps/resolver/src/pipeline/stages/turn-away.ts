import type { QueryFault } from '../../query/fault.ts'
import { Outcome } from '../../query/outcome.ts'
import { CookieState, type QueryContext, Transport } from '../../query/query-context.ts'

/** Every so many queries beyond a limit one is answered, without records. */
const SLIP = 2

/**
 * What becomes of queries beyond a limit whose address may be forged: every second one is answered, no longer than it asked, so that
 * the real owner of a forged address learns how to prove it: over TCP, or by the cookie that comes along. The others get nothing.
 */
export class TurnAway {
  #count = 0

  /** @param fault one that is answered with TC */
  run(query: QueryContext, fault: QueryFault): Outcome {
    query.fault = fault
    this.#count = (this.#count + 1) % SLIP
    if (this.#count !== 0) return Outcome.Dropped
    if (hasCookie(query)) query.fault = 'bad-cookie'
    return Outcome.Answered
  }
}

const hasCookie = ({ transport, cookieState }: QueryContext): boolean =>
  transport === Transport.Udp && cookieState !== CookieState.None
