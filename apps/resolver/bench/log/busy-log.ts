/** A data folder as that of a network that has asked ten million times in a day, with the statistics of a year. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '@weir/shared/db/open-database'
import { encodeLatency, LATENCY_BUCKETS } from '@weir/shared/log/latency-buckets'
import { OUTCOMES, REASONS } from '@weir/shared/log/outcomes'
import {
  bucketStart,
  KEPT_DAYS,
  RESOLUTIONS,
  TOP_KEYS,
  TOP_KINDS,
  TOP_RESOLUTIONS,
  type TopKind,
} from '@weir/shared/log/rollup'
import { seededRandom } from '../comparison/names.ts'
import { generatedName } from '../scale/generated-names.ts'
import { clientAddress, LogFiller, makeDatabase } from './log-filler.ts'

export const CLIENTS = 200
const DAY_MS = 86_400_000
const YEAR_DAYS = 365
const QTYPES = [1, 28, 65]
const LISTS = 10
const CACHED = OUTCOMES.indexOf('cached')
const BLOCKED = OUTCOMES.indexOf('blocked')
const FORWARDED = OUTCOMES.indexOf('forwarded')
const LIST_BLOCK = REASONS.indexOf('list-block')

export interface BusyLog {
  /** A name that was asked for once, in the oldest hour. */
  readonly rareName: string
  /** The name that is asked for most. */
  readonly popularName: string
  readonly fromMs: number
}

/**
 * Names by Zipf's law, one in ten of them asked for once; every third query is blocked.
 * @param folder the data folder, before Weir is started on it
 * @param untilMs the newest query's time
 */
export function makeBusyLog(folder: string, queries: number, untilMs: number): BusyLog {
  mkdirSync(folder, { recursive: true })
  const fromMs = untilMs - DAY_MS
  const log = makeDatabase(join(folder, 'log.db'), 'log')
  log.transaction(() => fillQueries(log, queries, fromMs, untilMs))()
  log.transaction(() => fillStatistics(log, untilMs))()
  log.close()
  return { rareName: generatedName(queries), popularName: generatedName(1), fromMs }
}

function fillQueries(log: Database, queries: number, fromMs: number, untilMs: number): void {
  const random = seededRandom(2)
  const filler = new LogFiller(log, CLIENTS)
  for (let row = 0; row < queries; row++) {
    const isOnce = row === 0 || random() < 0.1
    const name = isOnce ? queries + row : Math.floor((queries / 20) ** random())
    const isBlocked = name % 3 === 0
    filler.add({
      at: fromMs + Math.floor(((untilMs - fromMs) * row) / queries),
      name,
      client: Math.floor((CLIENTS + 1) ** random()) - 1,
      type: QTYPES[Math.floor(random() * QTYPES.length)]!,
      outcome: isBlocked ? BLOCKED : isOnce ? FORWARDED : CACHED,
      reason: isBlocked ? LIST_BLOCK : 0,
      listId: isBlocked ? (name % LISTS) + 1 : null,
    })
  }
}

/** Full buckets of every resolution for as long as each is kept. */
function fillStatistics(log: Database, untilMs: number): void {
  const random = seededRandom(3)
  const latency = new Uint32Array(LATENCY_BUCKETS)
  for (let i = 0; i < 200; i++) latency[Math.floor(random() * LATENCY_BUCKETS)]! += 100
  const encoded = encodeLatency(latency)
  const insertRollup = log.prepare('INSERT INTO rollup (resolution, at, outcomes, latency) VALUES (?, ?, ?, ?)')
  const counts = JSON.stringify(OUTCOMES.map((_, i) => 1000 * (i + 1)))
  for (const resolution of RESOLUTIONS)
    for (const at of bucketsOf(resolution, untilMs)) insertRollup.run(resolution, at, counts, encoded)
  const insertTop = log.prepare('INSERT INTO top (resolution, at, kind, key, count) VALUES (?, ?, ?, ?, ?)')
  for (const resolution of TOP_RESOLUTIONS)
    for (const at of bucketsOf(resolution, untilMs))
      for (const [kind, name] of TOP_KINDS.entries())
        for (const [rank, key] of keysOf(name, random).entries())
          insertTop.run(resolution, at, kind, key, Math.ceil(10_000 / (rank + 1)))
}

function* bucketsOf(resolution: number, untilMs: number): Generator<number> {
  const keptMs = (KEPT_DAYS[resolution] ?? YEAR_DAYS) * DAY_MS
  for (let at = bucketStart(untilMs - keptMs, resolution); at <= untilMs; at += resolution * 1000) yield at
}

/** The head is the same in every bucket, the tail changes. */
function keysOf(kind: TopKind, random: () => number): readonly string[] {
  if (kind === 'clients') return Array.from({ length: CLIENTS }, (_, i) => clientAddress(i))
  if (kind === 'upstreams') return ['192.0.2.53', '198.51.100.53']
  if (kind === 'lists') return Array.from({ length: LISTS }, (_, i) => String(i + 1))
  if (kind === 'types') return QTYPES.map(String)
  const tail = Math.floor(random() * 1_000_000)
  return Array.from({ length: TOP_KEYS }, (_, i) => generatedName(i < TOP_KEYS / 2 ? 3 * i : 1000 + tail + i))
}
