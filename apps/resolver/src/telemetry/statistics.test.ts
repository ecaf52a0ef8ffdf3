/** Roll-ups and most frequent keys against a naive count, with a clock that is turned over hours and days. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import { defaultSettings } from '@weir/shared/contract/settings'
import { openReader } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import { addEncodedLatency, LATENCY_BUCKETS, latencyBucket } from '@weir/shared/log/latency-buckets'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { bucketStart, RESOLUTIONS, TOP_KEYS, TOP_RESOLUTIONS } from '@weir/shared/log/rollup'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendRecord } from './append-record.fixture.ts'
import { Counters, createCounters } from './counters.ts'
import { LogRecord } from './log-record.ts'
import { createRing, LogRingWriter } from './log-ring.ts'
import { LogWriter } from './log-writer.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-stats-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const START = Date.UTC(2026, 0, 1, 22, 57)

/** A worker and a log writer; `restart` is a new process on the same log.db. */
class Fixture {
  readonly clock = new ManualClock(START)
  #memory = this.#newMemory()
  #writer = this.#newWriter()
  readonly #record = new LogRecord()

  ask(name: string, outcome: number, durationUs: number, weight = 1): void {
    const counters = new Counters(this.#memory.counters)
    for (let i = 0; i < weight; i++) {
      counters.countQueries(1, outcome, 0, 1, 0, 0)
      counters.countLatency(durationUs, outcome === 1)
    }
    const record = this.#record
    const wire = toWire(name)
    record.name.set(wire)
    Object.assign(record, { nameLength: wire.length, outcome, durationUs, weight, qtype: 1, atMs: this.clock.now() })
    appendRecord(new LogRingWriter(this.#memory.ring), record)
  }

  flush(): void {
    this.#writer.flush()
  }

  restart(): void {
    this.#writer.stop()
    this.#memory = this.#newMemory()
    this.#writer = this.#newWriter()
  }

  stop(): void {
    this.#writer.stop()
  }

  select<T>(sql: string, ...values: unknown[]): T[] {
    const database = openReader(join(folder, 'log.db'))
    const rows = database.prepare(sql).all(...values) as T[]
    database.close()
    return rows
  }

  #newMemory() {
    return { counters: createCounters(), ring: createRing(1 << 20), accounted: createCounters() }
  }

  #newWriter(): LogWriter {
    const { ring, counters, accounted } = this.#memory
    const options = { rings: [ring], counters: [counters], accounted, settings: defaultSettings([]).log, upstreams: [] }
    return new LogWriter({ path: join(folder, 'log.db'), ...options }, this.clock)
  }
}

interface Rollup {
  readonly resolution: number
  readonly at: number
  readonly outcomes: string
  readonly latency: Uint8Array
}

describe('statistics', () => {
  it('equal a naive count of every minute, hour and day, over restarts', () => {
    const steps = fc.sample(
      fc.record({
        outcome: fc.nat(OUTCOMES.length - 1),
        durationUs: fc.nat(2_000_000),
        name: fc.constantFrom('a.example.org', 'b.example.org', 'c.example.org'),
        weight: fc.integer({ min: 1, max: 3 }),
        pauseMs: fc.constantFrom(250, 1000, 30_000, 200_000),
        restarts: fc.nat(20),
      }),
      { numRuns: 300, seed: 11 },
    )
    const fixture = new Fixture()
    const expected = new Map<string, { outcomes: number[]; latency: number[] }>()
    const tops = new Map<string, number>()
    fixture.flush()
    for (const { outcome, durationUs, name, weight, pauseMs, restarts } of steps) {
      fixture.clock.advance(pauseMs)
      // Bring the book to now, then count: what comes belongs to the bucket of this moment.
      fixture.flush()
      fixture.ask(name, outcome, durationUs, weight)
      for (const resolution of RESOLUTIONS) {
        const key = `${resolution} ${bucketStart(fixture.clock.now(), resolution)}`
        const sum = expected.get(key) ?? { outcomes: OUTCOMES.map(() => 0), latency: Array(LATENCY_BUCKETS).fill(0) }
        sum.outcomes[outcome]! += weight
        sum.latency[latencyBucket(durationUs)]! += weight
        expected.set(key, sum)
      }
      for (const resolution of TOP_RESOLUTIONS) {
        const key = `${resolution} ${bucketStart(fixture.clock.now(), resolution)} ${name}`
        tops.set(key, (tops.get(key) ?? 0) + weight)
      }
      fixture.flush()
      if (restarts === 0) fixture.restart()
    }
    fixture.stop()
    const found = new Map(
      fixture
        .select<Rollup>('SELECT * FROM rollup')
        .map(({ resolution, at, outcomes, latency }) => {
          const counts = new Float64Array(LATENCY_BUCKETS)
          addEncodedLatency(latency, counts)
          return [`${resolution} ${at}`, { outcomes: JSON.parse(outcomes) as number[], latency: [...counts] }] as const
        })
        .filter(([, { outcomes }]) => outcomes.some((count) => count > 0)),
    )
    expect(found).toEqual(expected)
    const foundTops = fixture.select<{ resolution: number; at: number; key: string; count: number }>(
      'SELECT resolution, at, key, count FROM top WHERE kind = 0',
    )
    expect(new Map(foundTops.map(({ resolution, at, key, count }) => [`${resolution} ${at} ${key}`, count]))).toEqual(
      tops,
    )
  })

  it('have a zero for a quiet minute, and nothing for one in which Weir did not run', () => {
    const fixture = new Fixture()
    fixture.flush()
    for (let i = 0; i < 240; i++) {
      fixture.clock.advance(500)
      fixture.flush()
    }
    fixture.stop()
    const minutes = fixture.select<{ at: number }>('SELECT at FROM rollup WHERE resolution = 60').map((row) => row.at)
    expect(minutes).toEqual([START, START + 60_000, START + 120_000])
  })

  it('keep only the most frequent keys of a bucket', () => {
    const fixture = new Fixture()
    fixture.flush()
    for (let i = 0; i < 2 * TOP_KEYS; i++) fixture.ask(`n${i}.example.org`, 0, 1)
    fixture.ask('often.example.org', 2, 1, 9)
    fixture.stop()
    const rows = fixture.select<{ key: string; count: number }>(
      'SELECT key, count FROM top WHERE kind = 0 AND resolution = 3600 ORDER BY count DESC',
    )
    expect(rows).toHaveLength(TOP_KEYS)
    expect(rows[0]).toEqual({ key: 'often.example.org', count: 9 })
    expect(fixture.select('SELECT key FROM top WHERE kind = 1 AND resolution = 3600')).toEqual([
      { key: 'often.example.org' },
    ])
  })

  it('are cascaded from finer ones after a kill', () => {
    const fixture = new Fixture()
    fixture.flush()
    fixture.ask('example.org', 0, 1, 5)
    fixture.flush()
    // Thirty seconds on, five-minute counts are written, those of the hour not yet.
    fixture.clock.advance(31_000)
    fixture.flush()
    // The first process never gets to write again: it is as good as killed.
    const next = new Fixture()
    next.clock.advance(32_000)
    next.flush()
    next.ask('example.org', 0, 1, 2)
    next.stop()
    expect(next.select('SELECT resolution, count FROM top WHERE kind = 0 ORDER BY resolution')).toEqual([
      { resolution: 300, count: 7 },
      { resolution: 3600, count: 7 },
      { resolution: 86_400, count: 7 },
    ])
    fixture.stop()
  })
})
