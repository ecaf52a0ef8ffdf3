/**
 * The most frequent names, clients, … of the current five minutes, hour and day.
 *
 * Counted in memory in bounded maps: when one is full, its rarer half goes (what comes again is counted anew, so that
 * counts of rare keys may be too small, those of frequent ones are not by much). Written as the top TOP_KEYS of each.
 */
import type { Database } from '@weir/shared/db/open-database'
import { bucketStart, TOP_KEYS, TOP_KINDS, TOP_RESOLUTIONS, type TopKind } from '@weir/shared/log/rollup'

/** Keys in memory for each kind and resolution: 5,000 names take about 0.5 MB. */
const MAX_KEYS = 5000
/** How long a bucket may be ahead of log.db, by resolution; what is lost on a kill is summed up from the finer ones. */
const WRITE_AFTER_MS: Readonly<Record<number, number>> = { 300: 30_000, 3600: 300_000, 86400: 3_600_000 }

/** Few keys are written soon, so that a first look shows the first query; thousands would keep the disk busy. */
const MIN_WRITE_AFTER_MS = 1000
const WRITE_AFTER_MS_PER_KEY = 10

interface Bucket {
  readonly resolution: number
  readonly at: number
  readonly counts: readonly Map<string, number>[]
  isDirty: boolean
  isLoaded: boolean
  writtenAtMs: number
}

export class TopCounts {
  #current: Bucket[] = []
  #closed: Bucket[] = []
  /** Counted since the last call of `settle`: each record is looked up in one map, not in three. */
  readonly #recent = TOP_KINDS.map(() => new Map<string, number>())

  /** To be called before records of that time are counted. @param database null while it is broken */
  moveTo(nowMs: number, database: Database | null): void {
    let finer: Bucket | null = null
    this.#current = TOP_RESOLUTIONS.map((resolution, i) => {
      const at = bucketStart(nowMs, resolution)
      const current = this.#current[i]
      const isCurrent = current?.at === at
      const bucket = isCurrent ? current : emptyBucket(resolution, at, nowMs)
      if (!isCurrent) {
        if (current?.isDirty) this.#closed.push(current)
        if (database) load(database, bucket, finer)
      }
      finer = bucket
      return bucket
    })
    // A broken log.db: the oldest go.
    if (this.#closed.length > TOP_RESOLUTIONS.length)
      this.#closed.splice(0, this.#closed.length - TOP_RESOLUTIONS.length)
  }

  count(kind: TopKind, key: string, weight: number): void {
    const recent = this.#recent[POSITION[kind]]!
    recent.set(key, (recent.get(key) ?? 0) + weight)
  }

  /** Adds a batch of counts to the current buckets; the caller's batches are bounded. */
  settle(): void {
    for (const [kind, recent] of this.#recent.entries()) {
      if (recent.size === 0) continue
      for (const bucket of this.#current) {
        bucket.isDirty = true
        for (const [key, count] of recent) add(bucket.counts[kind]!, key, count)
      }
      recent.clear()
    }
  }

  isDue(nowMs: number): boolean {
    return this.#closed.length > 0 || this.#current.some((bucket) => isDue(bucket, nowMs))
  }

  /** Writes the buckets that are due, or all; inside the caller's transaction. */
  write(database: Database, nowMs: number, all: boolean): void {
    for (const bucket of [...this.#closed, ...this.#current]) {
      const isClosed = this.#closed.includes(bucket)
      if (!bucket.isDirty || !(all || isClosed || isDue(bucket, nowMs))) continue
      if (!bucket.isLoaded) load(database, bucket, null)
      put(database, bucket)
    }
  }

  /** After the transaction of `write` has been committed. */
  written(nowMs: number, all: boolean): void {
    this.#closed = []
    for (const bucket of this.#current)
      if (bucket.isDirty && (all || isDue(bucket, nowMs))) {
        bucket.isDirty = false
        bucket.writtenAtMs = nowMs
      }
  }

  /** Forgets everything that is not written: for the clearing of the log. */
  clear(): void {
    this.#current = []
    this.#closed = []
    for (const recent of this.#recent) recent.clear()
  }
}

const POSITION = Object.fromEntries(TOP_KINDS.map((kind, position) => [kind, position])) as Record<TopKind, number>

const emptyBucket = (resolution: number, at: number, nowMs: number): Bucket => ({
  resolution,
  at,
  counts: TOP_KINDS.map(() => new Map<string, number>()),
  isDirty: false,
  isLoaded: false,
  writtenAtMs: nowMs,
})

function isDue({ isDirty, counts, writtenAtMs, resolution }: Bucket, nowMs: number): boolean {
  if (!isDirty) return false
  const keys = counts.reduce((sum, { size }) => sum + size, 0)
  const afterMs = Math.max(MIN_WRITE_AFTER_MS, keys * WRITE_AFTER_MS_PER_KEY)
  return Math.abs(nowMs - writtenAtMs) >= Math.min(afterMs, WRITE_AFTER_MS[resolution]!)
}

function add(counts: Map<string, number>, key: string, weight: number): void {
  const count = counts.get(key)
  if (count === undefined && counts.size >= MAX_KEYS) dropRareHalf(counts)
  counts.set(key, (count ?? 0) + weight)
}

/** At least the rarer half, without sorting: this happens often while names are made up at random. */
function dropRareHalf(counts: Map<string, number>): void {
  for (let most = 1; counts.size > MAX_KEYS / 2; most *= 2)
    for (const [key, count] of counts) if (count <= most) counts.delete(key)
}

const mostFrequent = (counts: Map<string, number>, limit: number): [string, number][] =>
  [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit)

/**
 * Adds what was written of this bucket before: its own rows, or the sum of the next finer resolution's, which are written
 * more often; for each key the larger.
 * @param finer the running bucket of the next finer resolution, loaded already; null: only own rows, since this process
 *   has counted in the bucket, and would count twice
 */
function load(database: Database, bucket: Bucket, finer: Bucket | null): void {
  bucket.isLoaded = true
  const own = database.prepare('SELECT kind, key, count FROM top WHERE resolution = ? AND at = ?')
  const counts = byKind(own.all(bucket.resolution, bucket.at) as Row[])
  if (finer) {
    const sum = database.prepare(
      `SELECT kind, key, sum(count) AS count FROM top
       WHERE resolution = ? AND at >= ? AND at < ? AND at <> ? GROUP BY kind, key`,
    )
    const until = bucket.at + bucket.resolution * 1000
    const sums = byKind(sum.all(finer.resolution, bucket.at, until, finer.at) as Row[])
    for (const [kind, running] of finer.counts.entries())
      for (const [key, count] of running) add(sums[kind]!, key, count)
    for (const [kind, byKey] of sums.entries())
      for (const [key, count] of byKey) counts[kind]!.set(key, Math.max(count, counts[kind]!.get(key) ?? 0))
  }
  for (const [kind, byKey] of counts.entries()) for (const [key, count] of byKey) add(bucket.counts[kind]!, key, count)
}

interface Row {
  readonly kind: number
  readonly key: string
  readonly count: number
}

/** By kind; kinds of a newer Weir are passed over. */
function byKind(rows: readonly Row[]): Map<string, number>[] {
  const counts = TOP_KINDS.map(() => new Map<string, number>())
  for (const { kind, key, count } of rows) counts[kind]?.set(key, count)
  return counts
}

function put(database: Database, bucket: Bucket): void {
  database.prepare('DELETE FROM top WHERE resolution = ? AND at = ?').run(bucket.resolution, bucket.at)
  const insert = database.prepare('INSERT INTO top (resolution, at, kind, key, count) VALUES (?, ?, ?, ?, ?)')
  for (const [kind, counts] of bucket.counts.entries())
    for (const [key, count] of mostFrequent(counts, TOP_KEYS))
      insert.run(bucket.resolution, bucket.at, kind, key, count)
}
