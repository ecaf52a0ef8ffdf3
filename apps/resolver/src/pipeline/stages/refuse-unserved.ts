import { RrClass } from '@weir/shared/dns/rr-class'
import { isAskable, RrType } from '@weir/shared/dns/rr-type'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'

/** Refuses what a forwarder must not pass on: zone transfers (RFC 5936), classes other than IN, types that no question has. */
export const refuseUnserved = (): Stage => ({
  name: 'refuse-unserved',
  run(query) {
    const { qclass, qtype } = query.view
    if (qtype === RrType.AXFR || qtype === RrType.IXFR) query.fault = 'zone-transfer'
    else if (qclass !== RrClass.IN) query.fault = 'unsupported-class'
    else if (!isAskable(qtype)) query.fault = 'invalid-query-type'
    else return Outcome.Continue
    return Outcome.Answered
  },
})
