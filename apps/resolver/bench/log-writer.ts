/**
 * How many records a second the log writer takes, with the statistics and the postings it makes on the way.
 *
 *     node --conditions=source apps/resolver/bench/log-writer.ts [records] [folder to keep log.db in]
 *
 * Names: 100,000 with the frequencies of Zipf's law and, one in ten, a name never seen before. 200 clients.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import { defaultSettings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import { appendRecord } from '../src/telemetry/append-record.fixture.ts'
import { createCounters } from '../src/telemetry/counters.ts'
import { LogRecord } from '../src/telemetry/log-record.ts'
import { createRing, LogRingWriter } from '../src/telemetry/log-ring.ts'
import { LogWriter } from '../src/telemetry/log-writer.ts'

const NAMES = 100_000
const CLIENTS = 200
const records = Number(process.argv[2] ?? 1_000_000)
const keptFolder = process.argv[3]
const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'weir-bench-'))
const path = join(folder, 'log.db')

const names = Array.from({ length: NAMES }, (_, i) => toWire(`host${i}.zone${i % 997}.example.org`))
const ring = createRing()
const clock = new ManualClock(Date.UTC(2026, 5, 1))
const writer = new LogWriter(
  {
    path,
    rings: [ring],
    counters: [createCounters()],
    accounted: createCounters(),
    settings: { ...defaultSettings([]).log, maxOctets: 64 * 1024 ** 3 },
    upstreams: ['192.0.2.53'],
  },
  clock,
)
const writerEnd = new LogRingWriter(ring)
const record = new LogRecord()
record.answer.set([0, 1, 4, 192, 0, 2, 1])

function fill(i: number): void {
  const wire = i % 10 === 0 ? toWire(`x${i}.zone1.example.net`) : names[Math.floor(NAMES ** Math.random()) - 1]!
  record.name.set(wire)
  record.nameLength = wire.length
  record.atMs = clock.now()
  record.outcome = i % 4 === 0 ? 2 : i % 3 === 0 ? 1 : 0
  record.qtype = i % 5 === 0 ? 28 : 1
  record.qclass = 1
  record.rcode = 0
  record.listId = i % 4 === 0 ? 1 + (i % 3) : 0
  record.ruleId = i % 100_003 === 7 ? 42 : 0
  record.durationUs = 40 + (i % 1000)
  record.upstreamIndex = record.outcome === 1 ? 0 : -1
  record.answerLength = 7
  record.client.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, i % CLIENTS])
}

let busyMs = 0
let longestMs = 0
let sinceMs = 0
for (let done = 0, reported = 0; done < records; ) {
  while (done < records) {
    fill(done)
    if (!appendRecord(writerEnd, record)) break
    done++
    if (done % 50 === 0) clock.advance(1)
  }
  for (let more = true; more; ) {
    const start = performance.now()
    const cpu = process.cpuUsage()
    more = writer.flush()
    const { user, system } = process.cpuUsage(cpu)
    busyMs += (user + system) / 1000
    sinceMs += (user + system) / 1000
    longestMs = Math.max(longestMs, performance.now() - start)
  }
  if (done - reported >= records / 10) {
    console.log(`${done} records: last tenth ${Math.round(((done - reported) / sinceMs) * 1000)} records a CPU second`)
    reported = done
    sinceMs = 0
  }
}
writer.stop()
console.log(`${records} records in ${Math.round(busyMs)} ms of CPU: ${Math.round((records / busyMs) * 1000)} records/s`)
console.log(`longest flush ${longestMs.toFixed(0)} ms, status ${JSON.stringify(writer.status)}`)
console.log(`${(statSync(path).size / records).toFixed(1)} octets a record`)
if (keptFolder === undefined) rmSync(folder, { recursive: true })
