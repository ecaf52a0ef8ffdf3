/** Live samples and history (design section 8). */
import { z } from 'zod'
import { OUTCOMES } from '../log/outcomes.ts'
import { TimestampMs } from './primitives.ts'
import { QueryLogEntry } from './queries.ts'

export const OutcomeCounts = z.object(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, z.number().nonnegative()])) as Record<
    (typeof OUTCOMES)[number],
    z.ZodNumber
  >,
)
export type OutcomeCounts = z.infer<typeof OutcomeCounts>

export const UpstreamHealth = z
  .object({
    address: z.string(),
    state: z.enum(['up', 'down', 'unknown']),
    queries: z.int(),
    failures: z.int(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'UpstreamHealth' })

export const MemoryUse = z
  .object({
    residentOctets: z.int(),
    ruleIndexOctets: z.int(),
    cacheOctets: z.int(),
    heapOctets: z.int(),
    otherOctets: z.int(),
  })
  .meta({ id: 'MemoryUse' })

/** One second of the resolver's life. Rates are per second over that second. */
export const Sample = z
  .object({
    at: TimestampMs,
    qps: z.number(),
    byOutcome: OutcomeCounts,
    cacheHitRate: z.number().nullable(),
    blockRate: z.number().nullable(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    inFlight: z.int(),
    memory: MemoryUse,
    cacheEntries: z.int(),
    logDropped: z.int().meta({ description: 'log records dropped since start' }),
  })
  .meta({ id: 'Sample' })
export type Sample = z.infer<typeof Sample>

/** Server-sent events of `GET /api/v1/events`: name → data. */
export const EVENT_NAMES = ['sample', 'query', 'list', 'change', 'resolver', 'import', 'undo', 'simulation'] as const

/** Event `resolver`: it came, went, or is compiling a new rule index. */
export const ResolverEvent = z
  .object({
    state: z.enum(['up', 'down']),
    at: TimestampMs,
    compile: z.object({ revision: z.int(), namesDone: z.int(), namesTotal: z.int() }).nullable(),
  })
  .meta({ id: 'ResolverEvent' })
export type ResolverEvent = z.infer<typeof ResolverEvent>

/** Event `query`: the log's tail; `skipped` more were left out. */
export const QueryEvent = z.object({ entries: z.array(QueryLogEntry), skipped: z.int() }).meta({ id: 'QueryEvent' })
export type QueryEvent = z.infer<typeof QueryEvent>

/** Event `change`: one configuration transaction. `entity` is that of its first change; of many, `changes` has the first 20. */
export const ChangeEvent = z
  .object({
    revision: z.int(),
    at: TimestampMs,
    actor: z.string(),
    entity: z.string(),
    count: z.int(),
    changes: z.array(
      z.object({ entity: z.string(), entityId: z.string(), operation: z.string(), summary: z.string() }),
    ),
  })
  .meta({ id: 'ChangeEvent' })
export type ChangeEvent = z.infer<typeof ChangeEvent>

/** Event `import`: how far an import of rules with a `progressKey` is. */
export const ImportEvent = z
  .object({
    key: z.string(),
    phase: z.enum(['waiting', 'checking', 'storing', 'applying']),
    linesDone: z.int(),
    linesTotal: z.int(),
  })
  .meta({ id: 'ImportEvent' })
export type ImportEvent = z.infer<typeof ImportEvent>
/** Event `simulation`: how far a simulation with a `progressKey` is, 0…1. */
export const SimulationEvent = z.object({ key: z.string(), share: z.number() }).meta({ id: 'SimulationEvent' })
export type SimulationEvent = z.infer<typeof SimulationEvent>
/** Undoing that is done slice by slice: changes taken back so far. */
export const UndoEvent = z.object({ done: z.int(), total: z.int() }).meta({ id: 'UndoEvent' })
export type UndoEvent = z.infer<typeof UndoEvent>

export const STATS_RANGES = ['15m', '1h', '24h', '7d', '30d', '1y'] as const
export const StatsQuery = z.strictObject({ range: z.enum(STATS_RANGES).default('24h') })

export const SeriesPoint = z.object({
  at: TimestampMs.meta({ description: 'start of the bucket' }),
  total: z.number(),
  byOutcome: OutcomeCounts,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
})
/** Only buckets with data; a missing one is a gap, not a zero. */
export const Series = z
  .object({
    range: z.enum(STATS_RANGES),
    bucketSeconds: z.int(),
    spanSeconds: z.int().meta({ description: 'length of the range: how far `previous` lies back' }),
    from: TimestampMs,
    until: TimestampMs,
    points: z.array(SeriesPoint),
    previous: z.array(SeriesPoint).meta({ description: 'the same length of time just before `from`, to compare with' }),
  })
  .meta({ id: 'Series' })

export const Summary = z
  .object({
    range: z.enum(STATS_RANGES),
    total: z.int(),
    byOutcome: OutcomeCounts,
    blockRate: z.number().nullable(),
    cacheHitRate: z.number().nullable(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    clients: z.int(),
    previousTotal: z.int().nullable().meta({ description: 'the same range just before; null without data' }),
  })
  .meta({ id: 'Summary' })

export const TopQuery = StatsQuery.extend({
  kind: z.enum(['names', 'blocked-names', 'clients', 'upstreams', 'lists', 'types']),
  limit: z.coerce.number().int().min(1).max(1000).default(10),
})
export const Top = z
  .object({
    kind: TopQuery.shape.kind,
    items: z.array(z.object({ key: z.string(), label: z.string(), count: z.int(), share: z.number() })),
  })
  .meta({ id: 'Top' })

/** The last minutes of samples, so that a page opens with its sparklines full. */
export const RecentSamples = z.object({ items: z.array(Sample) }).meta({ id: 'RecentSamples' })
