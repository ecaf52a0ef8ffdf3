/** Rows of `list`, `list_fetch` and `list_version` as this slice uses them, and the statements' columns that give them. */
import type { GroupTerm } from '@weir/shared/contract/assignments'
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { ListFinding, ListGuard } from '@weir/shared/contract/list-guard'
import type { List, ListFormat, ListVersion } from '@weir/shared/contract/lists'

export interface ListRow {
  readonly id: number
  readonly name: string
  readonly kind: 'block' | 'allow'
  readonly source: List['source']
  readonly url: string | null
  readonly format: ListFormat
  readonly enabled: boolean
  readonly comment: string
  readonly groups: number[]
  /** Null: always. */
  readonly schedule: number | null
  readonly perGroup: GroupTerm[]
  readonly answer: SourceAnswer | null
  readonly refreshIntervalSeconds: number
  readonly allowPrivateAddresses: boolean
  readonly mayAnswer: boolean
  /** Only records what it would do. */
  readonly shadow: boolean
  readonly pinned: boolean
  readonly guard: ListGuard
  /** Entries that somebody has accepted although they cover protected names. */
  readonly acceptedEntries: readonly string[]
  readonly position: number
  readonly activeVersionId: number | null
  readonly createdAt: number
  readonly updatedAt: number
  /** config_revision of its last change: the ETag. */
  readonly revision: number
}

/** What a user sets of a list. */
export type ListFields = Omit<
  ListRow,
  'id' | 'acceptedEntries' | 'position' | 'activeVersionId' | 'createdAt' | 'updatedAt' | 'revision'
>

export interface FetchState {
  readonly lastFetchAt: number | null
  readonly lastSuccessAt: number | null
  readonly nextFetchAt: number | null
  readonly lastError: string | null
  /** Failures since the last success: what back-off goes by. */
  readonly failures: number
  /** Time of the first of them. */
  readonly failingSince: number | null
  readonly etag: string | null
  readonly lastModified: string | null
  /** 1 when kind, format or trust have changed since the active version was read: the same content is imported again. */
  readonly isStale: 0 | 1
  /** Of the content that was discarded last. */
  readonly discardedSha256: string | null
}

export const NEVER_FETCHED: FetchState = {
  lastFetchAt: null,
  lastSuccessAt: null,
  nextFetchAt: null,
  lastError: null,
  failures: 0,
  failingSince: null,
  etag: null,
  lastModified: null,
  isStale: 0,
  discardedSha256: null,
}

export type VersionRow = Omit<ListVersion, 'isActive'> & { readonly sha256: string }
/** With its findings still JSON. */
export type StoredVersion = Omit<VersionRow, 'findings'> & { readonly findings: string | null }

/** A row as SQLite gives it, with `groups` and `answer` still JSON and booleans still 0 or 1. */
export type StoredList = Omit<
  ListRow,
  | 'enabled'
  | 'groups'
  | 'perGroup'
  | 'answer'
  | 'allowPrivateAddresses'
  | 'mayAnswer'
  | 'shadow'
  | 'pinned'
  | 'guard'
  | 'acceptedEntries'
> & {
  readonly enabled: number
  readonly pinned: number
  readonly guard: string
  readonly acceptedEntries: string
  readonly groups: string
  readonly perGroup: string
  readonly answer: string | null
  readonly allowPrivateAddresses: number
  readonly mayAnswer: number
  readonly shadow: number
}

export const LIST_COLUMNS = `id, name, kind, source, url, format, enabled, comment, groups, schedule_id AS schedule,
  per_group AS perGroup, answer,
  refresh_interval_seconds AS refreshIntervalSeconds, allow_private_addresses AS allowPrivateAddresses,
  may_answer AS mayAnswer, shadow, pinned, guard,
  accepted_entries AS acceptedEntries, position,
  active_version_id AS activeVersionId, created_at AS createdAt, updated_at AS updatedAt, revision`

export const VERSION_COLUMNS = `id, created_at AS createdAt, sha256, format, size_octets AS sizeOctets,
  stored_octets AS storedOctets, names, complex_rules AS complexRules, added, removed, duplicates, ignored,
  rejected_count AS rejectedCount, findings`

export const FETCH_COLUMNS = `last_fetch_at AS lastFetchAt, last_success_at AS lastSuccessAt,
  next_fetch_at AS nextFetchAt, last_error AS lastError, failures, failing_since AS failingSince, etag, last_modified AS lastModified,
  is_stale AS isStale, discarded_sha256 AS discardedSha256`

export const listRowOf = (stored: StoredList): ListRow => ({
  ...stored,
  enabled: stored.enabled === 1,
  groups: JSON.parse(stored.groups) as number[],
  perGroup: JSON.parse(stored.perGroup) as GroupTerm[],
  answer: stored.answer === null ? null : (JSON.parse(stored.answer) as SourceAnswer),
  allowPrivateAddresses: stored.allowPrivateAddresses === 1,
  mayAnswer: stored.mayAnswer === 1,
  shadow: stored.shadow === 1,
  pinned: stored.pinned === 1,
  guard: JSON.parse(stored.guard) as ListGuard,
  acceptedEntries: JSON.parse(stored.acceptedEntries) as string[],
})

export const versionRowOf = (stored: StoredVersion): VersionRow => ({
  ...stored,
  findings: stored.findings === null ? null : (JSON.parse(stored.findings) as ListFinding[]),
})

/** The other way round, for named parameters. */
export const storedFieldsOf = (fields: ListFields) => ({
  ...fields,
  enabled: fields.enabled ? 1 : 0,
  groups: JSON.stringify(fields.groups),
  perGroup: JSON.stringify(fields.perGroup),
  answer: fields.answer === null ? null : JSON.stringify(fields.answer),
  allowPrivateAddresses: fields.allowPrivateAddresses ? 1 : 0,
  mayAnswer: fields.mayAnswer ? 1 : 0,
  shadow: fields.shadow ? 1 : 0,
  pinned: fields.pinned ? 1 : 0,
  guard: JSON.stringify(fields.guard),
})
