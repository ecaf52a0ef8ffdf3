/** What the main thread and the import thread tell each other. */
import type { ListFinding } from '@weir/shared/contract/list-guard'
import type { ListFormat, ListProgress } from '@weir/shared/contract/lists'
import type { ContentFault } from './content-fault.ts'
import type { GuardOrder } from './content-guard.ts'

export interface StoreJob {
  readonly kind: 'store'
  readonly databasePath: string
  /** File of decompressed text. */
  readonly contentPath: string
  readonly sizeOctets: number
  readonly sha256: string
  readonly listKind: 'block' | 'allow'
  readonly format: ListFormat
  readonly mayAnswer: boolean
  /** The version that added and removed names are counted against. */
  readonly previousVersionId: number | null
  readonly createdAt: number
  /** Null: nothing is judged. */
  readonly guard: GuardOrder | null
}

export interface SweepJob {
  readonly kind: 'sweep'
  readonly databasePath: string
  readonly keptVersions: number
}

export type ImportJob = StoreJob | SweepJob

export type ImportMessage =
  | { readonly kind: 'progress'; readonly progress: ListProgress }
  /** The version is whole in the database; nothing refers to it yet. */
  | { readonly kind: 'stored'; readonly versionId: number; readonly findings: readonly ListFinding[] }
  /** Nothing is left of it. */
  | { readonly kind: 'refused'; readonly fault: ContentFault }
  | { readonly kind: 'swept'; readonly versions: number }
