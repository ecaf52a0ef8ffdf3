import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'

/** Refuses what a forwarder must not pass on: zone transfers (RFC 5936) and classes other than IN. */
export const refuseUnserved = (): Stage => ({
  name: 'refuse-unserved',
  run(query) {
    const { qclass, qtype } = query.view
    if (qtype === RrType.AXFR || qtype === RrType.IXFR) query.fault = 'zone-transfer'
    else if (qclass !== RrClass.IN) query.fault = 'unsupported-class'
    else return Outcome.Continue
    return Outcome.Answered
  },
})
