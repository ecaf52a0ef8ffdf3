/** The lists as decisions see them: their order, kind, groups and schedules. Replaced on a change. */
import { type Assignment, termFor } from '@weir/shared/groups/group-term'
import type { IndexedList, ListRow } from './policy-data.ts'
import type { ScheduleStates } from './schedule-states.ts'

/** The last two only record. */
export const ListMode = { Off: 0, Block: 1, Allow: 2, ShadowBlock: 3, ShadowAllow: 4 } as const
export type ListMode = (typeof ListMode)[keyof typeof ListMode]

export const isShadowMode = (mode: ListMode): boolean => mode >= ListMode.ShadowBlock
export const isAllowMode = (mode: ListMode): boolean => mode === ListMode.Allow || mode === ListMode.ShadowAllow
export const isBlockMode = (mode: ListMode): boolean => mode === ListMode.Block || mode === ListMode.ShadowBlock

export interface ListEntry {
  readonly row: ListRow
  /** From 1, in the order of the lists: own rules stand before all. */
  readonly order: number
}

/** What every list does for one group. */
interface GroupModes {
  readonly byId: ReadonlyMap<number, ListMode>
  /** By list number of the index. */
  readonly byNumber: Uint8Array
}

/** Does it hold for the group at the time of the states? @param ifUnknown see `ScheduleStates.holds` */
export function holdsFor(row: Assignment, groupId: number, schedules: ScheduleStates, ifUnknown: boolean): boolean {
  const { enabled, schedule } = termFor(row, groupId)
  return enabled && (schedule === null || schedules.holds(schedule, ifUnknown))
}

export class ListTable {
  readonly #byId = new Map<number, ListEntry>()
  readonly #indexed: readonly IndexedList[]
  readonly #schedules: ScheduleStates
  readonly #modes = new Map<number, GroupModes>()
  #epoch: number
  /** By list number of the index; undefined: a list that is gone. */
  readonly entries: readonly (ListEntry | undefined)[]

  constructor(rows: readonly ListRow[], indexed: readonly IndexedList[], schedules: ScheduleStates) {
    this.#indexed = indexed
    this.#schedules = schedules
    this.#epoch = schedules.epoch
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
    return this.#ofGroup(groupId).byId.get(listId) ?? ListMode.Off
  }

  /** What each list of the index does for a group, by list number. */
  modes(groupId: number): Uint8Array {
    return this.#ofGroup(groupId).byNumber
  }

  /** Made once per group, and again when a schedule has begun or ended: groups are few. */
  #ofGroup(groupId: number): GroupModes {
    if (this.#epoch !== this.#schedules.epoch) {
      this.#epoch = this.#schedules.epoch
      this.#modes.clear()
    }
    const known = this.#modes.get(groupId)
    if (known) return known
    const byId = new Map<number, ListMode>()
    for (const [id, { row }] of this.#byId) byId.set(id, this.#modeNow(row, groupId))
    const byNumber = Uint8Array.from(this.#indexed, ({ listId }) => byId.get(listId) ?? ListMode.Off)
    const modes = { byId, byNumber }
    this.#modes.set(groupId, modes)
    return modes
  }

  #modeNow(row: ListRow, groupId: number): ListMode {
    const blocks = row.kind === 'block'
    if (!holdsFor(row, groupId, this.#schedules, blocks)) return ListMode.Off
    if (row.shadow === true) return blocks ? ListMode.ShadowBlock : ListMode.ShadowAllow
    return blocks ? ListMode.Block : ListMode.Allow
  }
}
