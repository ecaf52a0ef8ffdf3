/** Configuration as plain data: read by `store/load-config.ts`, posted to every worker, compiled there by `Policy`. */
import type { GroupTerm } from '@weir/shared/contract/assignments'
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { GroupUpstreams } from '@weir/shared/contract/groups'
import type { OverrideKind } from '@weir/shared/contract/overrides'
import type { TimeWindow } from '@weir/shared/contract/schedules'
import type { Settings } from '@weir/shared/contract/settings'
import type { LogPrivacy } from '@weir/shared/log/log-privacy'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import type { FilterData } from './name-filter.ts'

/** One own rule, or one complex line of a list, as it passed `checkRule`. Own rules: the row's id; lines of lists: 0. */
export type RuleRow = Omit<CheckedRule, 'comment' | 'queryTypes' | 'groups'> & {
  readonly id: number
  /** Missing or empty: all types. */
  readonly queryTypes?: readonly string[]
  /** Missing or empty: all groups. */
  readonly groups?: readonly number[]
}

export interface GroupRow {
  readonly id: number
  readonly name: string
  readonly isDefault: boolean
  /** Its own block answer; null: that of "Everyone". */
  readonly answer: SourceAnswer | null
  /** When its policy holds: at other times its clients have that of "Everyone". Null or missing: always. */
  readonly schedule?: number | null
  /** Where queries of its clients go; null or missing: as the settings say. */
  readonly upstreams?: GroupUpstreams | null
  /** What the log keeps of its queries; null or missing: as "Everyone". */
  readonly logPrivacy?: LogPrivacy | null
}

/** A service that is blocked, or a search engine that is held to safe results. Sets without a row are off. */
export interface RuleSetRow {
  readonly kind: 'service' | 'safe-search'
  /** As in packages/shared/src/services. */
  readonly id: string
  readonly enabled: boolean
  /** Empty: all groups. */
  readonly groups: readonly number[]
  /** When it holds; null or missing: always. */
  readonly schedule?: number | null
  /** Groups for which it is otherwise. */
  readonly perGroup?: readonly GroupTerm[]
  readonly answer: SourceAnswer | null
  /** Only records what it would do. */
  readonly shadow?: boolean
}

export interface ClientRow {
  /** Of its entry; missing where it is not known. */
  readonly id?: number
  /** Address or prefix, canonical text, or `id:` and a client id. */
  readonly prefix: string
  readonly groupId: number
  /** Empty or missing: none. */
  readonly name?: string
  /** Besides that of its group; lower case. */
  readonly tags?: readonly string[]
}

/** One schedule: see contract/schedules.ts. */
export interface ScheduleRow {
  readonly id: number
  /** For explanations; missing where it is not known. */
  readonly name?: string
  readonly timeZone: string
  readonly windows: readonly TimeWindow[]
}

/** One timed override: see contract/overrides.ts. */
export interface OverrideRow {
  readonly id: number
  readonly kind: OverrideKind
  readonly name: string | null
  readonly client: string | null
  readonly groupId: number | null
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number
  readonly endsAt: number
}

export interface ListRow {
  readonly id: number
  readonly name: string
  readonly kind: 'block' | 'allow'
  readonly enabled: boolean
  /** Empty: all groups. */
  readonly groups: readonly number[]
  /** When it holds; null or missing: always. */
  readonly schedule?: number | null
  /** Groups for which it is otherwise. */
  readonly perGroup?: readonly GroupTerm[]
  readonly answer: SourceAnswer | null
  /** Its lines may answer with records. Missing: they may not. */
  readonly mayAnswer?: boolean
  /** Only records what it would do. Missing: it acts. */
  readonly shadow?: boolean
  /** Lists stand in this order; ties by id. */
  readonly position: number
  /** Null: nothing fetched yet. */
  readonly activeVersionId: number | null
  /** Names of the active version, duplicates among its classes included. */
  readonly names: number
  /** config_revision of the row's last change; what is no row has none. */
  readonly revision?: number
}

/** Many rows as JSON, one a line, in memory that threads share: see packed-rows.ts. */
export interface PackedRows {
  readonly lines: SharedArrayBuffer
}
export type Rows<Row> = readonly Row[] | PackedRows
export type RuleRows = Rows<RuleRow>

/** Either everything, or what changed since the revision that was asked for. */
export type RuleChanges =
  | { readonly kind: 'full'; readonly rules: RuleRows; readonly damaged?: readonly number[] }
  | {
      readonly kind: 'delta'
      readonly changed: RuleRows
      /** What was damaged among them too: as it was before, it must not go on. */
      readonly deleted: readonly number[]
      /** Rules that cannot be read, and are left out. */
      readonly damaged?: readonly number[]
    }

/** All that a `Policy` is made from, besides the index. Small parts always come whole. */
export interface ConfigData {
  readonly revision: number
  readonly settings: Settings
  readonly groups: readonly GroupRow[]
  readonly clients: readonly ClientRow[]
  readonly overrides: readonly OverrideRow[]
  readonly schedules: readonly ScheduleRow[]
  readonly lists: readonly ListRow[]
  readonly ruleSets: readonly RuleSetRow[]
  readonly rules: RuleChanges
  /** What was damaged and how it was replaced, in words; bounded. */
  readonly faults: readonly string[]
}

/** One line of a list that is not a plain name. */
export interface ListRuleRow {
  readonly listId: number
  readonly line: number
  readonly rule: RuleRow
}

/** Position in this array = list number in the index. */
export interface IndexedList {
  readonly listId: number
  readonly versionId: number
  readonly names: number
}

/** A compiled index: posted between threads by reference, the buffers are shared. */
export interface CompiledIndex {
  /** Header and slots: see rule-index.ts. */
  readonly table: SharedArrayBuffer
  /** Set offsets and members: see rule-index.ts. */
  readonly sets: SharedArrayBuffer
  /** Those whose names are in the table; those of the tier follow them, in its order. */
  readonly lists: readonly IndexedList[]
  /** Complex lines of all lists. */
  readonly listRules: readonly ListRuleRow[]
  /** Names beyond the memory budget; missing: there are none. */
  readonly tier?: CompiledTier
}

/** Names on disk with their filter in shared memory: see tier-layout.ts and name-filter.ts. Never changes. */
export interface CompiledTier {
  /** Name of its folder among the tiers. */
  readonly id: string
  /** 32 octets, the same as the index has. */
  readonly key: Uint8Array
  /** Distinct names. */
  readonly names: number
  readonly buckets: number
  readonly parts: number
  readonly depthMask: number
  readonly filter: FilterData
  /** Part of unlisted names that the filter lets pass, tried with random hashes when it was made. */
  readonly falsePositiveRate: number
  readonly sets: SharedArrayBuffer
  readonly lists: readonly IndexedList[]
  /** Of each part's file. */
  readonly partOctets: readonly number[]
  /** Memory budget that it was made for. */
  readonly budgetOctets: number
}
