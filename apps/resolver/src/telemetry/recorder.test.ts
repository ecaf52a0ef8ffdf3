import { ManualClock } from '@weir/shared/clock'
import { toWire } from '@weir/shared/dns/domain-name'
import { formatAnswerSummary } from '@weir/shared/log/answer-summary'
import { latencyBucket } from '@weir/shared/log/latency-buckets'
import { OUTCOMES, REASONS } from '@weir/shared/log/outcomes'
import { describe, expect, it } from 'vitest'
import { QueryContext } from '../query/query-context.ts'
import {
  COUNTERS,
  countsByOutcome,
  createCounters,
  FORWARDED_LATENCY_AT,
  LOCAL_LATENCY_AT,
  LOG_KEPT_AT,
  LOG_LEFT_OUT_AT,
  LOG_LOST_AT,
  sumCounters,
} from './counters.ts'
import { LogRecord } from './log-record.ts'
import { createRing, LogRingReader } from './log-ring.ts'
import { SharedRecorder } from './recorder.ts'

const outcomeAt = (outcome: (typeof OUTCOMES)[number]): number => OUTCOMES.indexOf(outcome)

function setUp(ringOctets = 4096) {
  const clock = new ManualClock()
  const memory = { counters: createCounters(), ring: createRing(ringOctets) }
  const recorder = new SharedRecorder(memory, clock)
  const sums = (): Float64Array => {
    const out = new Float64Array(COUNTERS)
    sumCounters([memory.counters], out)
    return out
  }
  return { clock, recorder, reader: new LogRingReader(memory.ring), sums }
}

function queryFor(name: string, clock: ManualClock): QueryContext {
  const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))
  const wire = toWire(name)
  query.view.qname.set(wire)
  query.view.qnameLength = wire.length
  query.view.qtype = 1
  query.view.qclass = 1
  query.receivedAtMs = clock.now()
  query.startedAtMs = clock.monotonic()
  query.clientAddress.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7])
  return query
}

/** www.example.org CNAME example.org (compressed), example.org A 192.0.2.1, as an answer to www.example.org A. */
function answerWithAlias(query: QueryContext): void {
  const question = [...toWire('www.example.org'), 0, 1, 0, 1]
  const alias = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 16]
  const address = [0xc0, 16, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
  const message = [0, 0, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, ...question, ...alias, ...address]
  query.out.set(message)
  query.outLength = message.length
}

describe('the recorder', () => {
  it('notes all that is known of a query', () => {
    const { clock, recorder, reader, sums } = setUp()
    const query = queryFor('www.example.org', clock)
    answerWithAlias(query)
    query.logOutcome = outcomeAt('forwarded')
    query.decision.reason = REASONS.indexOf('forward-rule')
    query.decision.forwardRuleId = 9
    query.upstreamIndex = 3
    clock.advance(12.5)
    recorder.record(query)

    const record = new LogRecord()
    expect(reader.read(record)).toBe(true)
    expect(record).toMatchObject({ qtype: 1, qclass: 1, rcode: 0, durationUs: 12_500, ruleId: 9, listId: 0, weight: 1 })
    expect(record).toMatchObject({ upstreamIndex: 3, atMs: query.receivedAtMs, outcome: query.logOutcome })
    expect(record.name.subarray(0, record.nameLength)).toEqual(Buffer.from(toWire('www.example.org')))
    expect(formatAnswerSummary(record.answer.subarray(0, record.answerLength))).toBe('CNAME example.org, 192.0.2.1')
    expect(sums()[FORWARDED_LATENCY_AT + latencyBucket(12_500)]).toBe(1)
  })

  it('keeps cached answers apart from forwarded ones, and leaves dropped queries out of latencies', () => {
    const { clock, recorder, sums } = setUp()
    for (const outcome of ['cached', 'dropped'] as const) {
      const query = queryFor('example.org', clock)
      query.outLength = outcome === 'cached' ? 12 : 0
      query.logOutcome = outcomeAt(outcome)
      recorder.record(query)
    }
    const counted = sums()
    expect(counted[LOCAL_LATENCY_AT]).toBe(1)
    expect(counted.subarray(FORWARDED_LATENCY_AT).every((count) => count === 0)).toBe(true)
    const byOutcome = countsByOutcome(
      counted,
      OUTCOMES.map(() => 0),
    )
    expect(byOutcome[outcomeAt('dropped')]).toBe(1)
    expect(byOutcome[outcomeAt('cached')]).toBe(1)
  })

  it('shows nothing of the query before when a message could not be read', () => {
    const { clock, recorder, reader } = setUp()
    const query = queryFor('private.example.org', clock)
    query.fault = 'malformed-message'
    query.rcode = 1
    query.outLength = 12
    recorder.record(query)
    const record = new LogRecord()
    reader.read(record)
    expect(record).toMatchObject({ nameLength: 0, qtype: 0, qclass: 0, answerLength: 0, rcode: 1 })
  })

  it('leaves out records while the ring is full, and the weights of the others account for each one', () => {
    const { clock, recorder, reader, sums } = setUp(8192)
    const record = new LogRecord()
    const queryCount = 20_000
    let read = 0
    let weights = 0
    for (let i = 0; i < queryCount; i++) {
      recorder.record(queryFor(`host${i}.example.org`, clock))
      // A reader that is five times too slow.
      if (i % 5 === 0 && reader.read(record)) {
        read++
        weights += record.weight
      }
    }
    while (reader.read(record)) weights += record.weight
    const counted = sums()
    expect(counted[LOG_KEPT_AT]! + counted[LOG_LEFT_OUT_AT]! + counted[LOG_LOST_AT]!).toBe(queryCount)
    expect(counted[LOG_LEFT_OUT_AT]).toBeGreaterThan(0)
    expect(read).toBeGreaterThan(queryCount / 6)
    // Those after the last record that was kept wait for the next one.
    expect(queryCount - weights).toBeLessThan(200)
    expect(weights).toBeLessThanOrEqual(queryCount)
  })
})
