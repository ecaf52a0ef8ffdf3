import type { CompiledIndex, CompiledTier, IndexedList } from '../rules/policy-data.ts'

export interface CompileRequest {
  readonly databasePath: string
  /** Where the index is kept for the next start. */
  readonly indexPath: string
  readonly revision: number
  /** 32 octets, see rules/name-hash.ts. */
  readonly key: Uint8Array
  readonly lists: readonly IndexedList[]
  /** Of the rule index; names that do not fit go to disk. */
  readonly memoryBudgetOctets: number
  /** Folder of the tiers. */
  readonly tiersPath: string
  /** The one in use: it goes on where it can. */
  readonly tier: CompiledTier | null
}

/** What the thread starts with. */
export interface CompileJob {
  readonly request: CompileRequest
  /** False while nobody is answered yet: a start waits for nothing else. */
  readonly stepsBehind: boolean
}

export type FromCompiler =
  | { readonly kind: 'progress'; readonly namesDone: number; readonly namesTotal: number }
  | { readonly kind: 'done'; readonly index: CompiledIndex }
  /** After `done`: the copy on disk is there, or why not. The thread ends. */
  | { readonly kind: 'saved'; readonly fault: string | null }
  | { readonly kind: 'failed'; readonly detail: string }
