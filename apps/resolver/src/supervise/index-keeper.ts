/**
 * Keeps the rule index in step with the lists: compiles in the background, one compile at a time, always for the newest
 * lists. Own rules and settings never wait for it.
 */
import { randomBytes } from 'node:crypto'
import type { Result } from '@weir/shared/result'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import type { CompiledIndex, IndexedList, ListRow } from '../rules/policy-data.ts'
import { KEY_OFFSET } from '../rules/rule-index.ts'
import type { CompileRequest } from '../store/compile-messages.ts'

export interface IndexKeeperOptions {
  readonly databasePath: string
  readonly indexPath: string
  /** Makes an index, and a copy of it at `indexPath`. */
  compile(request: CompileRequest): Promise<Result<CompiledIndex, string>>
  /** Brings an index to all who decide. @returns whether all have confirmed */
  applyIndex(index: CompiledIndex): Promise<boolean>
  onFault(detail: string): void
}

/** A list whose names belong in the index: enabled, with content. */
type WantedList = IndexedList & { readonly revision: number }

const wantedLists = (lists: readonly ListRow[]): WantedList[] =>
  lists.flatMap(({ id, enabled, activeVersionId, names, revision = 0 }) =>
    enabled && activeVersionId !== null ? [{ listId: id, versionId: activeVersionId, names, revision }] : [],
  )

const isSameList = (a: IndexedList, b: IndexedList): boolean => a.listId === b.listId && a.versionId === b.versionId
const areSameLists = (a: readonly IndexedList[], b: readonly IndexedList[]): boolean =>
  a.length === b.length && a.every((list, i) => isSameList(list, b[i]!))

export class IndexKeeper {
  readonly #options: IndexKeeperOptions
  #index: CompiledIndex | null
  #wanted: readonly WantedList[] = []
  #revision = 0
  #attempt: Promise<void> | undefined
  /** Lists that could not be compiled: tried again when they change, not each second. */
  #failed: readonly IndexedList[] | undefined
  #fault: string | null = null
  #isConfirmed = true
  #compileMs = 0
  #compiledAt: number | null = null

  /** @param index of an earlier run, if it is whole */
  constructor(options: IndexKeeperOptions, index: CompiledIndex | null) {
    this.#options = options
    this.#index = index
  }

  get index(): CompiledIndex | null {
    return this.#index
  }
  get compiled(): { compileMs: number; compiledAt: number | null } {
    return { compileMs: this.#compileMs, compiledAt: this.#compiledAt }
  }
  /** Why the lists of before are still in effect. */
  get fault(): string | null {
    return this.#fault
  }

  /** These lists are to be in the index; those of before that are missing or switched off are passed over at once. */
  want(lists: readonly ListRow[], revision: number): void {
    this.#wanted = wantedLists(lists)
    this.#revision = revision
    this.#compileNext()
  }

  /**
   * Resolves when the content of all lists that `revision` or a later one has changed is in effect.
   * @returns false when it could not be compiled, or not all have confirmed
   */
  async settled(revision: number): Promise<boolean> {
    while (this.#isPending(revision)) {
      if (!this.#attempt) return false
      await this.#attempt
    }
    return this.#isConfirmed
  }

  #isPending(sinceRevision: number): boolean {
    const present = this.#index?.lists ?? []
    return this.#wanted.some(
      (list) => list.revision >= sinceRevision && !present.some((indexed) => isSameList(list, indexed)),
    )
  }

  #compileNext(): void {
    const wanted = this.#wanted
    if (this.#attempt || areSameLists(wanted, this.#index?.lists ?? [])) return
    if (this.#failed && areSameLists(wanted, this.#failed)) return
    this.#attempt = this.#compile(wanted).finally(() => {
      this.#attempt = undefined
      this.#compileNext()
    })
  }

  /** A list that cannot be compiled takes nothing else along: the present index stays. */
  async #compile(wanted: readonly WantedList[]): Promise<void> {
    const startedAt = performance.now()
    const compiled = await this.#options.compile({
      databasePath: this.#options.databasePath,
      indexPath: this.#options.indexPath,
      revision: this.#revision,
      key: this.#index ? keyOf(this.#index) : randomBytes(HASH_KEY_OCTETS),
      lists: wanted.map(({ listId, versionId, names }) => ({ listId, versionId, names })),
    })
    if (!compiled.ok) return this.#fail(wanted, compiled.error)
    this.#failed = undefined
    this.#fault = null
    this.#compileMs = performance.now() - startedAt
    this.#compiledAt = Date.now()
    this.#index = compiled.value
    this.#isConfirmed = await this.#options.applyIndex(compiled.value)
  }

  /** Content that was replaced meanwhile may be gone: that is no fault, the newer one comes next. */
  #fail(wanted: readonly WantedList[], error: string): void {
    if (!areSameLists(wanted, this.#wanted)) return
    this.#failed = wanted
    this.#fault = `the lists could not be compiled, those of before are in effect: ${error}`
    this.#options.onFault(this.#fault)
  }
}

/** The running index's key: rules hashed with it stay where they are. */
const keyOf = ({ table }: CompiledIndex): Uint8Array => new Uint8Array(table, KEY_OFFSET, HASH_KEY_OCTETS).slice()
