/** The newest queries for live views: a bounded number a second, the rest counted. Ids are 0: not yet stored. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { STREAM_QUERIES_PER_SECOND } from '@weir/shared/control/messages'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { formatAnswerSummary } from '@weir/shared/log/answer-summary'
import { OUTCOMES, POLICY_EFFECTS, REASONS, TRANSPORTS } from '@weir/shared/log/outcomes'
import { isRuleSetId, ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import type { RecordIdentities } from './log-identities.ts'
import type { LogRecord } from './log-record.ts'

export interface TailBatch {
  readonly entries: readonly QueryLogEntry[]
  /** Queries that are not among the entries, of the time since the last batch. */
  readonly skipped: number
}

export class LogTail {
  #entries: QueryLogEntry[] = []
  #skipped = 0
  #second = 0
  #inSecond = 0
  /** Nobody looks: nothing is collected. */
  isWanted = false

  /** Notes a record, while there is room in its second. */
  offer(record: LogRecord, identities: RecordIdentities, nowMs: number): void {
    if (!this.isWanted) return
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#inSecond = 0
    }
    this.#skipped += record.weight - 1
    if (this.#inSecond >= STREAM_QUERIES_PER_SECOND) this.#skipped++
    else {
      this.#inSecond++
      this.#entries.push(entryOf(record, identities))
    }
  }

  /** What was collected; null when nothing was. */
  take(): TailBatch | null {
    if (this.#entries.length === 0 && this.#skipped === 0) return null
    const batch = { entries: this.#entries, skipped: this.#skipped }
    this.#entries = []
    this.#skipped = 0
    return batch
  }
}

function shadowOf({ shadowEffect, shadowRuleId, shadowListId }: LogRecord): QueryLogEntry['shadow'] {
  const effect = POLICY_EFFECTS[shadowEffect]
  if (effect === undefined) return null
  const ruleSet = ruleSetOfListId(shadowListId) ?? null
  const listId = isRuleSetId(shadowListId) ? null : shadowListId || null
  return { effect, ruleId: shadowRuleId || null, listId, listName: null, ruleSet }
}

const entryOf = (record: LogRecord, { name, client, upstream }: RecordIdentities): QueryLogEntry => ({
  id: 0,
  at: Math.floor(record.atMs),
  client: client.text,
  clientId: client.clientId || null,
  name: name.text,
  type: formatRrType(record.qtype),
  rcode: record.rcode < 0 ? null : formatRcode(record.rcode),
  outcome: OUTCOMES[record.outcome] ?? 'failed',
  reason: REASONS[record.reason] ?? 'none',
  transport: TRANSPORTS[record.transport] ?? 'udp',
  durationUs: record.durationUs,
  ruleId: record.ruleId || null,
  listId: isRuleSetId(record.listId) ? null : record.listId || null,
  listName: null,
  shadow: shadowOf(record),
  ruleSet: ruleSetOfListId(record.listId) ?? null,
  upstream: upstream.text || null,
  answer: formatAnswerSummary(record.answer.subarray(0, record.answerLength)),
})
