/**
 * Keeps the rule index in step with the lists: compiles in the background, one compile at a time, always for the newest
 * lists. Own rules and settings never wait for it.
 */
import { randomBytes } from 'node:crypto'
import { fail, type Result } from '@weir/shared/result'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import type { CompiledIndex, IndexedList, ListRow } from '../rules/policy-data.ts'
import { indexedLists, KEY_OFFSET } from '../rules/rule-index.ts'
import { isSplitRight, splitLists } from '../rules/split-lists.ts'
import type { CompileRequest } from '../store/compile-messages.ts'

export interface IndexKeeperOptions {
  readonly databasePath: string
  readonly indexPath: string
  /** Folder of the names beyond the memory budget. */
  readonly tiersPath: string
  /** Makes an index, and a copy of it at `indexPath`: `noteSaved` is told when that is there. */
  compile(request: CompileRequest): Promise<Result<CompiledIndex, string>>
  /** No tier but that of this index is needed any longer. */
  retireTiers(index: CompiledIndex): void
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

/** What is compiled next: these lists, within this memory. */
interface Wanted {
  readonly lists: readonly WantedList[]
  readonly budgetOctets: number
}
const isSameWish = (a: Wanted, b: Wanted): boolean =>
  a.budgetOctets === b.budgetOctets && areSameLists(a.lists, b.lists)

/** What could not be compiled is tried again then: a disk may have room by now. */
const RETRY_AFTER_MS = 300_000

export class IndexKeeper {
  readonly #options: IndexKeeperOptions
  #index: CompiledIndex | null
  #wanted: Wanted = { lists: [], budgetOctets: 0 }
  #revision = 0
  #attempt: Promise<void> | undefined
  /** What could not be compiled: tried again when it changes, and after a while, not each second. */
  #failed: Wanted | undefined
  /** Id of the tier whose files are damaged. */
  #damagedTier: string | undefined
  #fault: string | null = null
  #isConfirmed = true
  /** The last that all who decide have taken, and that is on disk. */
  #confirmed: CompiledIndex | undefined
  #saved: CompiledIndex | undefined
  #compileMs = 0
  #compiledAt: number | null = null

  /**
   * @param index of an earlier run, if it is whole
   * @param fault what is missing of it, in words
   */
  constructor(options: IndexKeeperOptions, index: CompiledIndex | null, fault: string | null = null) {
    this.#options = options
    this.#index = index
    this.#fault = fault
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
  want(lists: readonly ListRow[], revision: number, budgetOctets: number): void {
    this.#wanted = { lists: wantedLists(lists), budgetOctets }
    this.#revision = revision
    this.#compileNext()
  }

  /** Pages of this tier cannot be read: it is made again. Until then its filter speaks for them. */
  rebuildTier(id: string, detail: string): void {
    if (this.#index?.tier?.id !== id || this.#damagedTier === id) return
    this.#damagedTier = id
    this.#fault = `names on disk are damaged and being made again, the names of damaged pages are blocked: ${detail}`
    this.#options.onFault(this.#fault)
    this.#compileNext()
  }

  /** A start would find this index. */
  noteSaved(index: CompiledIndex): void {
    this.#saved = index
    this.#retire()
  }

  /** Names that do not fit into memory are being brought to disk, which takes its time. */
  get isMakingTier(): boolean {
    return this.#attempt !== undefined && splitLists(this.#wanted.lists, this.#wanted.budgetOctets).onDisk.length > 0
  }

  /** The start goes on without them: health says so until they are there. */
  goOnWithoutTier(): void {
    if (this.isMakingTier) this.#fault ??= 'names on disk are being made again, until then they are not filtered'
  }

  /**
   * Resolves when the content of the lists that `revision` or a later one, up to now, has changed is in effect.
   * @returns false when it could not be compiled, or not all have confirmed
   */
  async settled(revision: number): Promise<boolean> {
    // Lists that are changed while this one compiles are not waited for: of four that are refreshed together, the first
    // would be the last to be told.
    const awaited = new Set(this.#missing.filter((list) => list.revision >= revision).map(({ listId }) => listId))
    while (this.#missing.some(({ listId }) => awaited.has(listId))) {
      if (!this.#attempt) return false
      await this.#attempt
    }
    return this.#isConfirmed
  }

  /** Wanted, and not in the index that is in effect. */
  get #missing(): WantedList[] {
    const present = indexedLists(this.#index)
    return this.#wanted.lists.filter((list) => !present.some((indexed) => isSameList(list, indexed)))
  }

  #isCurrent({ lists, budgetOctets }: Wanted): boolean {
    const { lists: inMemory = [], tier } = this.#index ?? {}
    if (tier && tier.id === this.#damagedTier) return false
    const onDisk = tier?.lists ?? []
    const isInTier = (list: IndexedList): boolean => onDisk.some((one) => isSameList(one, list))
    const others = lists.filter((list) => !isInTier(list))
    return areSameLists(others, inMemory) && isSplitRight(lists, budgetOctets, tier)
  }

  #compileNext(): void {
    const wanted = this.#wanted
    if (this.#attempt) return
    if (this.#isCurrent(wanted)) {
      // What could not be had is not wanted any longer.
      this.#fault = null
      this.#failed = undefined
      return
    }
    if (this.#failed && isSameWish(wanted, this.#failed)) return
    this.#attempt = this.#compile(wanted).finally(() => {
      this.#attempt = undefined
      this.#compileNext()
    })
  }

  /** A list that cannot be compiled takes nothing else along: the present index stays. */
  async #compile(wanted: Wanted): Promise<void> {
    const startedAt = performance.now()
    const isDamaged = this.#index?.tier?.id === this.#damagedTier
    const compiled = await this.#attemptOf({
      databasePath: this.#options.databasePath,
      indexPath: this.#options.indexPath,
      tiersPath: this.#options.tiersPath,
      revision: this.#revision,
      key: this.#index ? keyOf(this.#index) : randomBytes(HASH_KEY_OCTETS),
      lists: this.#firstOf(wanted).map(({ listId, versionId, names }) => ({ listId, versionId, names })),
      memoryBudgetOctets: wanted.budgetOctets,
      tier: isDamaged ? null : (this.#index?.tier ?? null),
    })
    if (!compiled.ok) return this.#fail(wanted, compiled.error)
    this.#failed = undefined
    this.#compileMs = performance.now() - startedAt
    this.#compiledAt = Date.now()
    this.#index = compiled.value
    // They would hold the memory of the index before, all the time until this one is saved.
    this.#confirmed = undefined
    this.#saved = undefined
    if (this.#isCurrent(wanted)) this.#fault = null
    this.#isConfirmed = await this.#options.applyIndex(compiled.value)
    if (this.#isConfirmed) this.#confirmed = compiled.value
    this.#retire()
  }

  /** A thread that the system refuses is a compile that failed, and no end of the process that answers. */
  async #attemptOf(request: CompileRequest): Promise<Result<CompiledIndex, string>> {
    try {
      return await this.#options.compile(request)
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error))
    }
  }

  /** Where nothing filters yet, what fits into memory comes first: to bring the rest to disk may take minutes. */
  #firstOf({ lists, budgetOctets }: Wanted): readonly IndexedList[] {
    if (this.#index) return lists
    const { inMemory, onDisk } = splitLists(lists, budgetOctets)
    return onDisk.length > 0 && inMemory.length > 0 ? inMemory : lists
  }

  /** Old tiers go when no worker uses them and no start would ask for them. */
  #retire(): void {
    const index = this.#index
    if (index && this.#confirmed === index && this.#saved === index) this.#options.retireTiers(index)
  }

  /** Content that was replaced meanwhile may be gone: that is no fault, the newer one comes next. */
  #fail(wanted: Wanted, error: string): void {
    if (!isSameWish(wanted, this.#wanted)) return
    this.#failed = wanted
    this.#fault = `the lists could not be compiled, those of before are in effect: ${error}`
    this.#options.onFault(this.#fault)
    setTimeout(() => this.#retry(wanted), RETRY_AFTER_MS).unref()
  }

  #retry(wanted: Wanted): void {
    if (this.#failed !== wanted) return
    this.#failed = undefined
    this.#compileNext()
  }
}

/** The running index's key: rules hashed with it stay where they are. */
const keyOf = ({ table }: CompiledIndex): Uint8Array => new Uint8Array(table, KEY_OFFSET, HASH_KEY_OCTETS).slice()
