/**
 * Counts and logs finished queries, in the worker that answered them. Nothing is allocated and nothing waits.
 *
 * Counters are exact, always. The log is exact while its writer keeps up; when the ring is more than half full, records
 * are left out at random, the more the fuller it is, so that every client and name keeps its share. Each record that is
 * kept carries the number of those left out before it: weights of all records add up to the number of queries.
 */
import type { Clock } from '@weir/shared/clock'
import { OUTCOMES, type Outcome } from '@weir/shared/log/outcomes'
import type { Recorder } from '../query/ports.ts'
import type { QueryContext } from '../query/query-context.ts'
import { Counters, LOG_KEPT_AT, LOG_LEFT_OUT_AT, LOG_LOST_AT } from './counters.ts'
import { LogRecord } from './log-record.ts'
import { LogRingWriter } from './log-ring.ts'
import { summariseAnswer } from './summarise-answer.ts'

const at = (outcome: Outcome): number => OUTCOMES.indexOf(outcome)
const FORWARDED = at('forwarded')
const FAILED = at('failed')
const DROPPED = at('dropped')
/** What fits in 31 bits: 36 minutes. */
const MAX_DURATION_US = 0x7fff_ffff

/** What a worker's recorder writes to; made in the main thread. */
export interface RecorderMemory {
  readonly counters: SharedArrayBuffer
  readonly ring: SharedArrayBuffer
}

export class SharedRecorder implements Recorder {
  readonly #counters: Counters
  readonly #ring: LogRingWriter
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #record = new LogRecord()
  /** Left out or lost since the last record that was kept. */
  #leftOut = 0
  #random: number

  /** @param seed of the sampling, not zero; differs between workers */
  constructor(memory: RecorderMemory, clock: Pick<Clock, 'monotonic'>, seed = 0x9e37_79b9) {
    this.#counters = new Counters(memory.counters)
    this.#ring = new LogRingWriter(memory.ring)
    this.#clock = clock
    this.#random = seed | 1
  }

  record(query: QueryContext): void {
    const outcome = query.logOutcome
    const isSent = outcome !== DROPPED && query.outLength > 0
    const rcode = isSent ? query.rcode : -1
    const { view, decision } = query
    const qtype = query.fault === 'malformed-message' ? 0 : view.qtype
    this.#counters.countQuery(outcome, query.transport, qtype, rcode, decision.reason)
    const elapsedUs = (this.#clock.monotonic() - query.startedAtMs) * 1000
    const durationUs = elapsedUs > 0 ? Math.min(elapsedUs, MAX_DURATION_US) | 0 : 0
    if (isSent) this.#counters.countLatency(durationUs, outcome === FORWARDED || outcome === FAILED)
    if (this.#mayKeep()) this.#keep(query, rcode, durationUs)
    else {
      this.#leftOut++
      this.#counters.add(LOG_LEFT_OUT_AT, 1)
    }
  }

  /** Always while the ring is less than half full; then with a probability that falls to nothing with the room left. */
  #mayKeep(): boolean {
    const { capacity, used } = this.#ring
    const free = capacity - used
    if (free * 2 >= capacity) return true
    const share = (free * 2) / capacity
    return this.#nextRandom() < share * share * 0x1_0000_0000
  }

  /** Xorshift, 32 bits (Marsaglia 2003): it has to be fast and even, not secret. */
  #nextRandom(): number {
    let x = this.#random
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#random = x
    return x >>> 0
  }

  #keep(query: QueryContext, rcode: number, durationUs: number): void {
    const record = this.#record
    const { view, decision } = query
    record.atMs = query.receivedAtMs
    record.outcome = query.logOutcome
    record.reason = decision.reason
    record.transport = query.transport
    record.qtype = view.qtype
    record.qclass = view.qclass
    record.rcode = rcode
    record.durationUs = durationUs
    record.ruleId = decision.ruleId === 0 ? decision.forwardRuleId : decision.ruleId
    record.listId = decision.listId
    record.upstreamIndex = query.upstreamIndex
    record.weight = this.#leftOut + 1
    // The view of a message that could not be read still has parts of the query before it: somebody else's.
    if (query.fault === 'malformed-message') record.qtype = record.qclass = record.nameLength = 0
    else record.nameLength = view.qnameLength
    for (let i = 0; i < 16; i++) record.client[i] = query.clientAddress[i]!
    for (let i = 0; i < record.nameLength; i++) record.name[i] = view.qname[i]!
    record.answerLength =
      rcode >= 0 && record.nameLength > 0
        ? summariseAnswer(query.out, query.outLength, record.nameLength, record.answer)
        : 0
    if (this.#ring.write(record)) {
      this.#leftOut = 0
      this.#counters.add(LOG_KEPT_AT, 1)
    } else {
      this.#leftOut++
      this.#counters.add(LOG_LOST_AT, 1)
    }
  }
}
