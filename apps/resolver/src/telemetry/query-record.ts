/** A finished query as a log record: the octets stay where they are until they are written to the ring. */
import { MAX_ANSWER_SUMMARY_OCTETS } from '@weir/shared/log/answer-summary'
import { Privacy } from '../query/log-privacy.ts'
import type { QueryContext } from '../query/query-context.ts'
import type { LogFields } from './log-record.ts'
import { summariseAnswer } from './summarise-answer.ts'

const NO_OCTETS = new Uint8Array(0)
/** No client has the unspecified address: the log writer takes it for one that is not told. */
const NOBODY = new Uint8Array(16)

export class QueryRecord implements LogFields {
  atMs = Number.NaN
  outcome = 0
  reason = 0
  transport = 0
  qtype = 0
  qclass = 0
  rcode = -1
  /** Known later. */
  readonly durationUs = 0
  ruleId = 0
  listId = 0
  upstreamIndex = -1
  weight = 1
  shadowEffect = -1
  shadowRuleId = 0
  shadowListId = 0
  client: Uint8Array = NO_OCTETS
  clientId = ''
  name: Uint8Array = NO_OCTETS
  nameLength = 0
  readonly answer = new Uint8Array(MAX_ANSWER_SUMMARY_OCTETS)
  answerLength = 0

  /** @param rcode -1: nothing was sent @param weight queries that the record stands for */
  fill(query: QueryContext, rcode: number, weight: number): void {
    const { view, decision } = query
    this.atMs = query.receivedAtMs
    this.outcome = query.logOutcome
    this.reason = decision.reason
    this.transport = query.transport
    this.rcode = rcode
    this.ruleId = decision.ruleId === 0 ? decision.forwardRuleId : decision.ruleId
    this.listId = decision.listId
    this.upstreamIndex = query.upstreamIndex
    this.weight = weight
    this.shadowEffect = query.shadowEffect
    this.shadowRuleId = query.shadowRuleId
    this.shadowListId = query.shadowListId
    const isHidden = query.privacy === Privacy.HideClient
    this.client = isHidden ? NOBODY : query.clientAddress
    this.clientId = isHidden ? '' : query.clientId
    this.name = view.qname
    // The view of a message that could not be read still has parts of the query before it: somebody else's.
    const isRead = query.fault !== 'malformed-message'
    this.qtype = isRead ? view.qtype : 0
    this.qclass = isRead ? view.qclass : 0
    this.nameLength = isRead && query.privacy !== Privacy.HideName ? view.qnameLength : 0
    this.answerLength =
      rcode >= 0 && this.nameLength > 0 ? summariseAnswer(query.out, query.outLength, this.nameLength, this.answer) : 0
  }
}
