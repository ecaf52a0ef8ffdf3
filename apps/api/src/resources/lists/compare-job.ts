/** What the main thread and the thread of a comparison tell each other. */
import type { DiffSide, ListDiff } from '@weir/shared/contract/list-diff'
import type { VersionPair } from './compare-versions.ts'

export type CompareJob = { readonly databasePath: string; readonly pair: VersionPair } & (
  | { readonly kind: 'figures'; readonly search: string }
  | { readonly kind: 'text'; readonly side: DiffSide | undefined }
)

export type CompareMessage =
  | { readonly kind: 'figures'; readonly diff: ListDiff }
  /** Of the names of both versions, 0 to 1, before the figures. */
  | { readonly kind: 'progress'; readonly share: number }
  /** Of the text; answered by any message when it was taken. */
  | { readonly kind: 'piece'; readonly octets: Uint8Array }
  /** The text is whole. */
  | { readonly kind: 'end' }
