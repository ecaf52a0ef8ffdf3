/** Health, cache, database, groups and what changed. */
import { z } from 'zod'
import { Applied, Id, PageQuery, page, TimestampMs } from './primitives.ts'
import { UpstreamHealth } from './stats.ts'
import { TierStatus } from './tier-status.ts'

export const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    resolver: z.enum(['up', 'down']),
    configRevision: z.int(),
    reasons: z.array(z.string()),
    version: z.string(),
  })
  .meta({ id: 'Health' })

const NameToFlush = z.string().min(1).max(1024)
export const FlushRequest = z.strictObject({
  name: NameToFlush.optional(),
  subtree: z
    .union([z.boolean(), NameToFlush])
    .default(false)
    .meta({ description: 'true: also everything below `name`; or, without `name`, the top of the subtree' }),
})
/** The same as the resolver is told it: the name always in `name`. */
export const FlushCommand = z.strictObject({ name: NameToFlush.optional(), subtree: z.boolean().default(false) })
export type FlushCommand = z.infer<typeof FlushCommand>
export const FlushResult = z.object({ removed: z.int().nonnegative() }).meta({ id: 'FlushResult' })

export const CHECKPOINT_MODES = ['passive', 'full', 'restart', 'truncate'] as const
export const DATABASES = ['weir', 'log'] as const
export const CheckpointRequest = z.strictObject({
  mode: z.enum(CHECKPOINT_MODES).default('passive'),
  database: z.enum(DATABASES).default('weir'),
})
export const CheckpointResult = z
  .object({
    busy: z.boolean(),
    /** Frames in the WAL, and those of them now in the database file; -1 where SQLite does not say. */
    logFrames: z.int(),
    checkpointedFrames: z.int(),
    durationMs: z.number(),
  })
  .meta({ id: 'CheckpointResult' })
export type CheckpointResult = z.infer<typeof CheckpointResult>

export const DatabaseFile = z.object({
  database: z.enum(DATABASES),
  path: z.string(),
  state: z.enum(['ok', 'missing', 'broken']),
  fileOctets: z.int(),
  walOctets: z.int(),
  walFrames: z.int(),
  pageSizeOctets: z.int(),
  pages: z.int(),
  freePages: z.int(),
  schemaVersion: z.int(),
  lastCheckpoint: CheckpointResult.extend({
    at: TimestampMs,
    mode: z.enum(CHECKPOINT_MODES),
    by: z.string(),
  }).nullable(),
  /** Since the API started: asked for, or of a large weir.db once it listened. */
  lastCheck: z
    .object({
      at: TimestampMs,
      quick: z.boolean(),
      ok: z.boolean(),
      messages: z.array(z.string()),
      durationMs: z.number(),
    })
    .nullable(),
})
export const DatabaseState = z
  .object({
    items: z.array(DatabaseFile),
    /** Newest first. */
    checkpoints: z.array(
      CheckpointResult.extend({
        at: TimestampMs,
        database: z.enum(DATABASES),
        mode: z.enum(CHECKPOINT_MODES),
        by: z.string(),
      }),
    ),
    freeDiskOctets: z.int(),
  })
  .meta({ id: 'DatabaseState' })
export const IntegrityRequest = z.strictObject({
  database: z.enum(DATABASES).default('weir'),
  quick: z.boolean().default(true),
})
export const IntegrityResult = z
  .object({ ok: z.boolean(), messages: z.array(z.string()), durationMs: z.number() })
  .meta({ id: 'IntegrityResult' })

export const CHANGE_ENTITIES = [
  'rule',
  'list',
  'settings',
  'group',
  'client',
  'service',
  'safe-search',
  'override',
  'schedule',
  'user',
  'token',
  'log',
] as const
export const ChangeEntry = z
  .object({
    id: Id,
    revision: z.int(),
    at: TimestampMs,
    actor: z.string().meta({ description: 'user, `token:` and the name of a token, or `weir` itself' }),
    from: z.string().meta({ description: 'address the request came from' }),
    via: z.enum(['console', 'api', 'weir', '']).meta({ description: 'empty: made before this was kept' }),
    entity: z.enum(CHANGE_ENTITIES),
    entityId: z.string(),
    operation: z.enum(['create', 'update', 'delete', 'import']),
    summary: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    words: z.array(z.string()).meta({ description: 'what differs, a field each, as in `TTL 60 → 300`' }),
    fields: z
      .array(z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() }))
      .meta({ description: 'the fields that differ, as texts; groups and schedules as they were called then' }),
    comment: z.string().nullable().meta({ description: 'what was said about the revision' }),
    undoes: z.int().nullable().meta({ description: 'id of the change that this one took back' }),
    undoneBy: z.int().nullable().meta({ description: 'id of the change that took this one back' }),
    undo: z.object({
      isPossible: z.boolean(),
      reason: z.string().nullable().meta({ description: 'why not: what is not kept, or the change that builds on it' }),
    }),
  })
  .meta({ id: 'ChangeEntry' })
export const ChangeQuery = PageQuery.extend({
  entity: z.enum(CHANGE_ENTITIES).optional(),
  actor: z.string().min(1).max(200).optional(),
  since: z.coerce.number().int().nonnegative().optional().meta({ description: 'milliseconds since the Unix epoch' }),
  until: z.coerce.number().int().nonnegative().optional(),
  search: z.string().max(255).optional().meta({ description: 'part of the summary or of the comment' }),
  revision: z.coerce.number().int().positive().optional(),
})
export const ChangePage = page(ChangeEntry).meta({ id: 'ChangePage' })
/** Path parameter `{revision}`: arrives as text. */
export const RevisionParam = z.strictObject({ revision: z.coerce.number().int().positive() })
export const Undone = z
  .object({ undone: z.int().nonnegative().meta({ description: 'changes taken back' }), ...Applied.shape })
  .meta({ id: 'Undone' })

/** What the resolver says about itself, for the console's listeners and about pages. */
export const ResolverStatus = z
  .object({
    startedAt: TimestampMs,
    pid: z.int(),
    revision: z.int(),
    version: z.string(),
    workers: z.array(z.object({ id: z.int(), state: z.enum(['up', 'starting', 'down']), restarts: z.int() })),
    listeners: z.array(
      z.object({
        transport: z.string(),
        address: z.string(),
        implementation: z.string(),
        reason: z.string(),
        receiveBufferOctets: z.int().nullable().meta({
          description: 'memory that the system gives to queries that wait, some 800 octets each; null: a stream',
        }),
      }),
    ),
    index: z.object({
      names: z.int(),
      sizeOctets: z.int(),
      lists: z.int(),
      compileMs: z.number(),
      compiledAt: TimestampMs.nullable(),
      /** Setting `storage.rulesMemoryOctets`. */
      budgetOctets: z.int(),
      tier: TierStatus.nullable().meta({ description: 'names beyond the memory budget; null: there are none' }),
    }),
    ownRules: z.int(),
    cache: z.object({ entries: z.int(), sizeOctets: z.int(), limitOctets: z.int() }),
    log: z.object({
      state: z.enum(['ok', 'off', 'broken']),
      written: z.int(),
      dropped: z.int(),
      hitsLost: z.int().meta({ description: 'hits of lists and rules that log.db could not take' }),
      lastError: z.string().nullable(),
    }),
    faults: z.array(z.string()),
    listFaults: z
      .array(z.object({ listId: z.int(), detail: z.string() }))
      .meta({ description: 'what of a list does not act: regular expressions without room, or not tried on a name' }),
  })
  .meta({ id: 'ResolverStatus' })
export type ResolverStatus = z.infer<typeof ResolverStatus>

/** `GET /api/v1/resolver`. */
export const ResolverState = ResolverStatus.extend({ upstreams: z.array(UpstreamHealth) }).meta({ id: 'ResolverState' })
