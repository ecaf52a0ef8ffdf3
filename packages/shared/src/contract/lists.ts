/** Lists: subscriptions, uploads and pastes; their contents are versions, not rows (design section 4). */
import { z } from 'zod'
import { termFields, termInputs } from './assignments.ts'
import { SourceAnswer } from './block-answer.ts'
import { HitCount } from './hits.ts'
import { ListFinding, ListGuard } from './list-guard.ts'
import { Applied, BooleanQuery, Id, TimestampMs, Version } from './primitives.ts'
import { RejectedLine } from './rejected-lines.ts'

/** How a list's lines are read. `auto`: found from the lines. */
export const LIST_FORMATS = ['auto', 'hosts', 'names', 'wildcard', 'adblock', 'dnsmasq', 'unbound', 'rpz'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

/** `held`: a new version waits for a review; the one before it stays in effect. */
export const LIST_STATES = ['empty', 'fetching', 'compiling', 'active', 'held', 'failed', 'disabled'] as const

export const MIN_REFRESH_SECONDS = 3600

const listFields = {
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['block', 'allow']),
  format: z.enum(LIST_FORMATS).optional(),
  enabled: z.boolean().optional(),
  comment: z.string().max(1000).optional(),
  groups: z.array(Id).max(1000).optional(),
  ...termInputs,
  answer: SourceAnswer.nullable().optional(),
  /** 0: only by hand. */
  refreshIntervalSeconds: z
    .union([
      z.literal(0),
      z
        .int()
        .min(MIN_REFRESH_SECONDS)
        .max(365 * 86_400),
    ])
    .optional(),
  /** Lets this subscription reach private, loopback and link-local addresses. */
  allowPrivateAddresses: z.boolean().optional(),
  mayAnswer: z.boolean().optional().meta({
    description:
      'its lines may answer with records, so that whoever keeps it can send clients anywhere; block lists only',
  }),
  shadow: z.boolean().optional().meta({ description: 'only records in the query log what it would do' }),
  guard: ListGuard.optional(),
}
export const ListInput = z
  .strictObject({
    ...listFields,
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    text: z
      .string()
      .max(64 * 1024 * 1024)
      .optional(),
    /** Takes `text` even where the guard would hold it for review. */
    force: z.boolean().optional(),
  })
  .refine((list) => !(list.url !== undefined && list.text !== undefined), {
    path: ['text'],
    message: 'give url or text, not both',
  })
  .meta({ id: 'NewList' })
export type ListInput = z.infer<typeof ListInput>

export const ListPatch = z
  .strictObject({
    ...listFields,
    name: listFields.name.optional(),
    kind: listFields.kind.optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    position: z.int().min(0).optional(),
    /** No updates until it is unpinned. */
    pinned: z.boolean().optional(),
  })
  .meta({ id: 'ListPatch' })
export type ListPatch = z.infer<typeof ListPatch>

/** What is being done to a list just now. `share` is 0…1, null while it is not known. */
export const ListProgress = z.object({
  phase: z.enum(['fetching', 'parsing', 'sorting', 'storing', 'comparing', 'compiling']),
  share: z.number().min(0).max(1).nullable(),
  octets: z.int().nonnegative(),
  lines: z.int().nonnegative(),
})
export type ListProgress = z.infer<typeof ListProgress>

/** Event `list` of the event stream: what a list is at, at most four a second for each. */
export const ListEvent = z
  .object({
    listId: Id,
    state: z.enum(LIST_STATES),
    progress: ListProgress.nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'ListEvent' })
export type ListEvent = z.infer<typeof ListEvent>

export const ListVersion = z
  .object({
    id: Id,
    createdAt: TimestampMs,
    format: z.enum(LIST_FORMATS),
    sizeOctets: z.int(),
    /** Octets of the compressed chunks in the database. */
    storedOctets: z.int(),
    names: z.int(),
    /** Lines kept as rules of their own: regular expressions and the like. */
    complexRules: z.int(),
    added: z.int(),
    removed: z.int(),
    duplicates: z.int(),
    ignored: z.int(),
    rejectedCount: z.int(),
    isActive: z.boolean(),
    findings: z.array(ListFinding).nullable().meta({ description: 'why it waits for a review; null: it does not' }),
  })
  .meta({ id: 'ListVersion' })
export type ListVersion = z.infer<typeof ListVersion>

export const List = z
  .object({
    id: Id,
    version: Version,
    name: z.string(),
    kind: z.enum(['block', 'allow']),
    source: z.enum(['url', 'content']),
    url: z.string().nullable(),
    format: z.enum(LIST_FORMATS),
    enabled: z.boolean(),
    comment: z.string(),
    groups: z.array(Id),
    ...termFields,
    answer: SourceAnswer.nullable(),
    refreshIntervalSeconds: z.int(),
    allowPrivateAddresses: z.boolean(),
    mayAnswer: z.boolean(),
    shadow: z.boolean().meta({ description: 'only records in the query log what it would do' }),
    pinned: z.boolean(),
    guard: ListGuard,
    position: z.int(),
    state: z.enum(LIST_STATES),
    progress: ListProgress.nullable(),
    /** Names and complex rules of the active version. */
    entries: z.int().nonnegative(),
    activeVersion: ListVersion.nullable(),
    heldVersion: ListVersion.nullable().meta({ description: 'waits for a review; activate or delete it' }),
    lastFetchAt: TimestampMs.nullable(),
    lastSuccessAt: TimestampMs.nullable(),
    nextFetchAt: TimestampMs.nullable(),
    lastError: z.string().nullable(),
    failures: z.int().nonnegative().meta({ description: 'fetches that failed since the last success' }),
    failingSince: TimestampMs.nullable().meta({ description: 'time of the first of them' }),
    overdueSince: TimestampMs.nullable().meta({
      description: 'a subscription that has had no success for twice its interval: when that was over',
    }),
    hits: HitCount.nullable().meta({ description: 'null while the log cannot be read' }),
    shadowHits: HitCount.nullable().meta({ description: 'what it would have decided while it only recorded' }),
    createdAt: TimestampMs,
    updatedAt: TimestampMs,
  })
  .meta({ id: 'List' })
export type List = z.infer<typeof List>

export const ListSaved = List.extend(Applied.shape).meta({ id: 'ListSaved' })
export const ListCollection = z.object({ items: z.array(List) }).meta({ id: 'ListCollection' })
export const ListVersions = z.object({ items: z.array(ListVersion) }).meta({ id: 'ListVersions' })

/** Result of `PUT /lists/{id}/content` and `POST /lists/{id}/refresh`. */
export const ListUpdateResult = z
  .object({
    listId: Id,
    versionId: Id.nullable(),
    /** False when the content was the same as before (or answered 304). */
    changed: z.boolean(),
    names: z.int(),
    added: z.int(),
    removed: z.int(),
    duplicates: z.int(),
    ignored: z.int(),
    rejectedCount: z.int(),
    rejected: z.array(RejectedLine),
    heldVersion: ListVersion.nullable().meta({ description: 'what came is held for review; not in effect' }),
    durationMs: z.number(),
    ...Applied.shape,
  })
  .meta({ id: 'ListUpdateResult' })
export type ListUpdateResult = z.infer<typeof ListUpdateResult>

/** Path of one version of a list. */
export const VersionParams = z.strictObject({
  id: z.coerce.number().int().positive(),
  versionId: z.coerce.number().int().positive(),
})

export const ListDeleted = z
  .object({
    deleted: z.int(),
    names: z.int().meta({ description: 'names that the list held' }),
    restorableUntil: TimestampMs,
    ...Applied.shape,
  })
  .meta({ id: 'ListDeleted' })

export const RejectedLines = z.object({ items: z.array(RejectedLine), total: z.int() }).meta({ id: 'RejectedLines' })

/** `?force=true`: what comes is taken even where the guard would hold it. */
export const ForceQuery = z.strictObject({ force: BooleanQuery.optional() })

export const ListVersionDeleted = z.object({ deleted: z.int(), ...Applied.shape }).meta({ id: 'ListVersionDeleted' })

export const UPDATE_OUTCOMES = ['updated', 'unchanged', 'held', 'failed', 'cancelled'] as const
export const ListUpdate = z
  .object({
    at: TimestampMs.meta({ description: 'of the last one, where several in a row were alike' }),
    since: TimestampMs.meta({ description: 'of the first of them' }),
    times: z.int().positive(),
    outcome: z.enum(UPDATE_OUTCOMES),
    origin: z.string().meta({ description: 'the URL, `upload` or `paste`; empty where it is not known' }),
    entries: z.int().nonnegative().meta({ description: 'of the version in effect afterwards' }),
    added: z.int().nonnegative(),
    removed: z.int().nonnegative(),
    rejected: z.int().nonnegative().meta({ description: 'lines that were not understood' }),
    durationMs: z.int().nonnegative().nullable(),
    detail: z.string().meta({ description: 'why it failed, or waits' }),
  })
  .meta({ id: 'ListUpdate' })
export type ListUpdate = z.infer<typeof ListUpdate>
export const ListUpdateLog = z.object({ items: z.array(ListUpdate) }).meta({ id: 'ListUpdateLog' })

export const ListCancelled = z.object({ cancelled: z.boolean() }).meta({ id: 'ListCancelled' })
