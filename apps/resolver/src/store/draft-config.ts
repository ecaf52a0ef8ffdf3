/** A configuration with the changes of a draft: plain rows, nothing is written. */

import type { SimulationChange } from '@weir/shared/control/simulation'
import { rulesOf } from '../rules/packed-rows.ts'
import type { ClientRow, ConfigData, GroupRow, ListRow, RuleRow, RuleSetRow } from '../rules/policy-data.ts'

/** Ids of rules and lists that do not exist yet: above all that do, so that older ones win ties. */
export const NEW_RULE_ID = 2 ** 31
/** Of a group that does not exist yet. */
const NEW_GROUP_ID = 2 ** 31
/** The numbers from 2³⁰ on are those of rule sets. */
export const NEW_LIST_ID = 2 ** 30 - 100

export interface Draft {
  readonly config: ConfigData
  /** Lists with other content than now: from a file, or of a version. */
  readonly contents: readonly DraftContent[]
}

export interface DraftContent {
  readonly listId: number
  readonly kind: 'block' | 'allow'
  /** Null: `versionId` has it. */
  readonly path: string | null
  readonly versionId: number | null
}

/** @returns why the draft makes no sense, in words */
export function draftOf(config: ConfigData, changes: readonly SimulationChange[]): Draft | string {
  const maker = new DraftMaker(config)
  for (const [i, change] of changes.entries()) {
    const fault = maker.apply(change, i)
    if (fault !== undefined) return `changes[${i}]: ${fault}`
  }
  return maker.finish()
}

class DraftMaker {
  readonly #config: ConfigData
  readonly #rules: Map<number, RuleRow>
  readonly #lists: Map<number, ListRow>
  readonly #ruleSets: Map<string, RuleSetRow>
  #clients: readonly ClientRow[]
  #groups: readonly GroupRow[]
  readonly #contents: DraftContent[] = []

  constructor(config: ConfigData) {
    this.#config = config
    this.#rules = new Map(rulesOf(config).map((rule) => [rule.id, rule]))
    this.#lists = new Map(config.lists.map((list) => [list.id, list]))
    this.#ruleSets = new Map(config.ruleSets.map((set) => [`${set.kind} ${set.id}`, set]))
    this.#clients = config.clients
    this.#groups = config.groups
  }

  /** @returns why it cannot be applied */
  apply(change: SimulationChange, at: number): string | undefined {
    switch (change.kind) {
      case 'rule':
        return this.#changeRule(change, at)
      case 'list':
        return this.#changeList(change, at)
      case 'service':
      case 'safe-search':
        return this.#changeRuleSet(change)
      case 'group':
        return this.#changeGroup(change, at)
    }
  }

  finish(): Draft {
    const config: ConfigData = {
      ...this.#config,
      rules: { kind: 'full', rules: [...this.#rules.values()] },
      lists: [...this.#lists.values()],
      ruleSets: [...this.#ruleSets.values()],
      clients: this.#clients,
      groups: this.#groups,
    }
    return { config, contents: this.#contents }
  }

  #changeRule({ id, rule }: SimulationChange & { kind: 'rule' }, at: number): string | undefined {
    if (id !== undefined && !this.#rules.has(id)) return `there is no rule ${id}`
    if (rule === null) this.#rules.delete(id ?? 0)
    else this.#rules.set(id ?? NEW_RULE_ID + at, { ...rule, id: id ?? NEW_RULE_ID + at })
    return undefined
  }

  #changeList(change: SimulationChange & { kind: 'list' }, at: number): string | undefined {
    const { id, name, listKind, shadow, path, versionId } = change
    const now = id === undefined ? undefined : this.#lists.get(id)
    if (id !== undefined && !now) return `there is no list ${id}`
    if (change.isDeleted) {
      this.#lists.delete(id ?? 0)
      return undefined
    }
    const listId = id ?? NEW_LIST_ID + at
    const position = now?.position ?? Math.max(0, ...[...this.#lists.values()].map((list) => list.position)) + 1
    const list: ListRow = {
      ...(now ?? newList(listId, position)),
      ...(name !== undefined && { name }),
      ...(listKind !== undefined && { kind: listKind }),
      ...(shadow !== undefined && { shadow }),
      ...assigned(change),
    }
    this.#lists.set(listId, list)
    if (path !== undefined) this.#contents.push({ listId, kind: list.kind, path, versionId: null })
    else if (versionId !== undefined) this.#contents.push({ listId, kind: list.kind, path: null, versionId })
    else if (now && !now.enabled && list.enabled && now.activeVersionId !== null)
      // What is switched off is not in the index.
      this.#contents.push({ listId, kind: list.kind, path: null, versionId: now.activeVersionId })
    return undefined
  }

  #changeRuleSet(change: SimulationChange & { kind: 'service' | 'safe-search' }): undefined {
    const { kind, id } = change
    const key = `${kind} ${id}`
    const now = this.#ruleSets.get(key)
    const off: RuleSetRow = { kind, id, enabled: false, groups: [], answer: null }
    const { shadow } = change
    this.#ruleSets.set(key, { ...(now ?? off), ...(shadow !== undefined && { shadow }), ...assigned(change) })
  }

  #changeGroup(change: SimulationChange & { kind: 'group' }, at: number): string | undefined {
    const { clients, answer, schedule, upstreams } = change
    const id = change.id ?? NEW_GROUP_ID + at
    const now = this.#config.groups.find((group) => group.id === change.id)
    if (change.id !== undefined && !now) return `there is no group ${id}`
    if ((schedule ?? null) !== null && !this.#config.schedules.some((one) => one.id === schedule))
      return `there is no schedule ${schedule}`
    const group: GroupRow = {
      ...(now ?? { id, name: 'the new group', isDefault: false, answer: null }),
      ...(answer !== undefined && { answer }),
      ...(schedule !== undefined && { schedule }),
      ...(upstreams !== undefined && { upstreams }),
    }
    this.#groups = [...this.#groups.filter((other) => other.id !== id), group]
    if (clients !== undefined) this.#moveClients(id, clients)
    return undefined
  }

  #moveClients(groupId: number, clients: readonly string[]): void {
    const moved = new Set(clients)
    const known = new Map(this.#clients.map((client) => [client.prefix, client]))
    const others = this.#clients.filter((client) => client.groupId !== groupId && !moved.has(client.prefix))
    this.#clients = [...others, ...clients.map((prefix) => ({ ...known.get(prefix), prefix, groupId }))]
  }
}

const newList = (id: number, position: number): ListRow => ({
  ...{ id, name: 'the new list', kind: 'block', enabled: true, groups: [], answer: null, position },
  ...{ activeVersionId: null, names: 0 },
})

type Assigned = Partial<Pick<ListRow, 'enabled' | 'groups' | 'schedule' | 'perGroup'>>

/** What the change says of it; what is absent stays. */
const assigned = ({
  enabled,
  groups,
  schedule,
  perGroup,
}: { [K in keyof Assigned]?: Assigned[K] | undefined }): Assigned => ({
  ...(enabled !== undefined && { enabled }),
  ...(groups !== undefined && { groups }),
  ...(schedule !== undefined && { schedule }),
  ...(perGroup !== undefined && { perGroup }),
})
