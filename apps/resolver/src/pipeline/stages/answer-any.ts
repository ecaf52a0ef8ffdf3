import { RrType } from '@weir/shared/dns/rr-type'
import { OUTCOMES, REASONS } from '@weir/shared/log/outcomes'
import { Outcome } from '../../query/outcome.ts'
import { Transport } from '../../query/query-context.ts'
import type { Stage } from '../../query/stage.ts'
import type { ResponseWriter } from '../../wire/write-response.ts'

/** CPU "RFC8482", OS "" (RFC 8482 §4.2). */
const HINFO_RDATA = Uint8Array.of(7, ...new TextEncoder().encode('RFC8482'), 0)
const HINFO_TTL_SECONDS = 3600

/** Answers ANY over UDP with one small record: the full answer is what amplification attacks ask for. */
export const answerAny = (isMinimal: () => boolean, writer: ResponseWriter): Stage => ({
  name: 'answer-any',
  run(query) {
    if (query.view.qtype !== RrType.ANY || query.transport !== Transport.Udp || !isMinimal()) return Outcome.Continue
    writer.start(query, 0)
    writer.addAnswer(RrType.HINFO, HINFO_RDATA, HINFO_TTL_SECONDS)
    query.outLength = writer.finish()
    query.logOutcome = OUTCOMES.indexOf('local')
    query.decision.reason = REASONS.indexOf('minimal-any')
    return Outcome.Answered
  },
})
