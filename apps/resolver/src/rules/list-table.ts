/** The lists as decisions see them: their order, kind and groups. Replaced on a change. */
import type { IndexedList, ListRow } from './policy-data.ts'

export const ListMode = { Off: 0, Block: 1, Allow: 2 } as const
export type ListMode = (typeof ListMode)[keyof typeof ListMode]

export interface ListEntry {
  readonly row: ListRow
  /** From 1, in the order of the lists: own rules stand before all. */
  readonly order: number
}

export class ListTable {
  readonly #byId = new Map<number, ListEntry>()
  readonly #indexed: readonly IndexedList[]
  readonly #modes = new Map<number, Uint8Array>()
  /** By list number of the index; undefined: a list that is gone. */
  readonly entries: readonly (ListEntry | undefined)[]

  constructor(rows: readonly ListRow[], indexed: readonly IndexedList[]) {
    this.#indexed = indexed
    const ordered = [...rows].sort((a, b) => a.position - b.position || a.id - b.id)
    for (const [i, row] of ordered.entries()) this.#byId.set(row.id, { row, order: i + 1 })
    this.entries = indexed.map(({ listId }) => this.#byId.get(listId))
  }

  get(listId: number): ListEntry | undefined {
    return this.#byId.get(listId)
  }

  get size(): number {
    return this.#byId.size
  }

  modeOf(listId: number, groupId: number): ListMode {
    const row = this.#byId.get(listId)?.row
    if (!row?.enabled || (row.groups.length > 0 && !row.groups.includes(groupId))) return ListMode.Off
    return row.kind === 'allow' ? ListMode.Allow : ListMode.Block
  }

  /** What each list of the index does for a group, by list number. Made once per group: groups are few. */
  modes(groupId: number): Uint8Array {
    const known = this.#modes.get(groupId)
    if (known) return known
    const modes = Uint8Array.from(this.#indexed, ({ listId }) => this.modeOf(listId, groupId))
    this.#modes.set(groupId, modes)
    return modes
  }
}
