import { ManualClock } from '@weir/shared/clock'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { describe, expect, it } from 'vitest'
import { Outcome } from '../query/outcome.ts'
import { QueryContext } from '../query/query-context.ts'
import { COUNTERS, createCounters, LOG_KEPT_AT, sumCounters } from '../telemetry/counters.ts'
import { LogRecord } from '../telemetry/log-record.ts'
import { createRing, LogRingReader } from '../telemetry/log-ring.ts'
import { SharedRecorder } from '../telemetry/recorder.ts'
import { ResumedQueries } from './resumed-queries.ts'

function setUp() {
  const clock = new ManualClock()
  const memory = { counters: createCounters(), ring: createRing(4096) }
  const recorder = new SharedRecorder(memory, clock)
  const finished: QueryContext[] = []
  const resumed = new ResumedQueries((query) => {
    finished.push(query)
    recorder.record(query)
  }, recorder)
  const waiting = (): QueryContext => {
    const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))
    query.startedAtMs = clock.monotonic()
    query.logOutcome = OUTCOMES.indexOf('forwarded')
    query.outLength = 12
    query.stored = query.out
    return query
  }
  const keptCount = (): number => {
    const sums = new Float64Array(COUNTERS)
    sumCounters([memory.counters], sums)
    return sums[LOG_KEPT_AT]!
  }
  return { clock, resumed, finished, waiting, reader: new LogRingReader(memory.ring), keptCount }
}

describe('ResumedQueries', () => {
  it('goes on when all replies are read, and notes how long each query took', () => {
    const { clock, resumed, finished, waiting, reader, keptCount } = setUp()
    const queries = [30, 7, 1].map((ms) => {
      const query = waiting()
      clock.advance(ms)
      return query
    })
    resumed.begin()
    for (const query of queries) resumed.resume(query, Outcome.Answered)
    expect(finished).toEqual([])
    resumed.end()
    expect(finished).toEqual(queries)
    const record = new LogRecord()
    for (const ms of [38, 8, 1]) {
      expect(reader.read(record)).toBe(true)
      expect(record.durationUs).toBe(ms * 1000)
    }
    expect(reader.read(record)).toBe(false)
    expect(keptCount()).toBe(3)
  })

  it('takes no query twice', () => {
    const { resumed, finished, waiting } = setUp()
    for (let round = 0; round < 2; round++) {
      resumed.begin()
      resumed.resume(waiting(), Outcome.Answered)
      resumed.end()
      expect(finished).toHaveLength(round + 1)
    }
  })

  it.each([
    ['its answer lies elsewhere', new Uint8Array(12)],
    ['there is none', null],
  ])('goes on at once when %s', (_, stored) => {
    const { resumed, finished, waiting } = setUp()
    const query = waiting()
    query.stored = stored
    resumed.begin()
    resumed.resume(query, Outcome.Answered)
    expect(finished).toEqual([query])
    resumed.end()
    expect(finished).toEqual([query])
  })

  it('goes on at once, and shows the record, when a reply comes by itself', () => {
    const { clock, resumed, finished, waiting, reader } = setUp()
    const query = waiting()
    clock.advance(5)
    resumed.resume(query, Outcome.Answered)
    expect(finished).toEqual([query])
    const record = new LogRecord()
    expect(reader.read(record)).toBe(true)
    expect(record.durationUs).toBe(5000)
  })
})
