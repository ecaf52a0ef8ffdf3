/** The only place where a fault becomes an RCODE, an Extended DNS Error and a line of the log. */

import { ExtendedError } from '@weir/shared/dns/extended-error'
import { Rcode } from '@weir/shared/dns/rcode'
import { OUTCOMES, type Outcome, REASONS, type Reason } from '@weir/shared/log/outcomes'
import type { QueryFault } from '../query/fault.ts'

/** What a fault means to the client and to the log. `extendedError` is -1 where there is none. */
export interface FaultMeaning {
  readonly rcode: number
  readonly extendedError: number
  /** Position in OUTCOMES. */
  readonly logOutcome: number
  /** Position in REASONS. */
  readonly reason: number
}

const meaning = (rcode: number, extendedError: number, outcome: Outcome, reason: Reason): FaultMeaning => ({
  rcode,
  extendedError,
  logOutcome: OUTCOMES.indexOf(outcome),
  reason: REASONS.indexOf(reason),
})

/** A QueryFault without a line here is a type error. */
export const MEANING_OF_FAULT = {
  'malformed-message': meaning(Rcode.FORMERR, -1, 'failed', 'malformed-message'),
  'unsupported-opcode': meaning(Rcode.NOTIMP, -1, 'failed', 'unsupported-opcode'),
  'bad-edns-version': meaning(Rcode.BADVERS, -1, 'failed', 'bad-edns-version'),
  'client-not-allowed': meaning(Rcode.REFUSED, ExtendedError.Prohibited, 'refused', 'access-list'),
  'zone-transfer': meaning(Rcode.REFUSED, ExtendedError.NotSupported, 'refused', 'zone-transfer'),
  'unsupported-class': meaning(Rcode.REFUSED, ExtendedError.NotSupported, 'refused', 'unsupported-class'),
  'invalid-query-type': meaning(Rcode.FORMERR, ExtendedError.InvalidQueryType, 'failed', 'invalid-query-type'),
  // Where it is answered at all, with TC alone.
  'rate-limited': meaning(Rcode.NOERROR, -1, 'refused', 'rate-limit'),
  'waiting-limit': meaning(Rcode.SERVFAIL, ExtendedError.NotReady, 'refused', 'waiting-limit'),
  'waiting-limit-unproven': meaning(Rcode.NOERROR, -1, 'refused', 'waiting-limit'),
  'bad-cookie': meaning(Rcode.BADCOOKIE, -1, 'refused', 'bad-cookie'),
  'cookie-only': meaning(Rcode.NOERROR, -1, 'local', 'none'),
  'upstream-timeout': meaning(Rcode.SERVFAIL, ExtendedError.NoReachableAuthority, 'failed', 'upstream-timeout'),
  'upstream-unreachable': meaning(Rcode.SERVFAIL, ExtendedError.NetworkError, 'failed', 'upstream-unreachable'),
  'upstream-refused': meaning(Rcode.SERVFAIL, ExtendedError.OtherError, 'failed', 'upstream-refused'),
  overloaded: meaning(Rcode.SERVFAIL, ExtendedError.NotReady, 'failed', 'overloaded'),
  'alias-loop': meaning(Rcode.SERVFAIL, ExtendedError.OtherError, 'failed', 'alias-loop'),
  bug: meaning(Rcode.SERVFAIL, ExtendedError.OtherError, 'failed', 'bug'),
} as const satisfies Record<QueryFault, FaultMeaning>
