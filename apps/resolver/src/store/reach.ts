/**
 * What a draft can make a difference to: names that something it changes is for, and clients that it moves or whose group
 * it changes. All else is decided as now, and is not decided twice; of a million names that is nearly all.
 *
 * Errs on one side only: what is said to be out of reach is. Conditions of rules are not looked at, only their names and
 * expressions; a name that an alias may lead from is always in reach, since what it leads to may be.
 */

import type { SimulationChange } from '@weir/shared/control/simulation'
import { SAFE_SEARCH_ENGINES } from '@weir/shared/services/safe-search'
import { SERVICES } from '@weir/shared/services/service-catalogue'
import { type CompiledRule, compileRule, RuleRole } from '../rules/compiled-rule.ts'
import { type NameOctets, newSuffixHashes } from '../rules/name-hash.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import type { Policy } from '../rules/policy.ts'
import type { CompiledIndex, ConfigData, RuleRow } from '../rules/policy-data.ts'
import type { NameIndex } from '../rules/rule-index.ts'
import { RuleOverlay } from '../rules/rule-overlay.ts'
import { UNREADABLE_SET } from '../rules/tier-index.ts'
import { HashPairs } from './hash-pairs.ts'

interface Place {
  readonly index: NameIndex
  /** By list number: 1 for those that the draft changes. */
  readonly isChanged: Uint8Array
}

const ANY_CLIENT = { groupId: 0, clientAddress: new Uint8Array(16) }

export class Reach {
  readonly #now: Policy
  readonly #overlay: RuleOverlay
  readonly #places: Place[] = []
  readonly #contents = new HashPairs()
  readonly #hashes = newSuffixHashes()
  readonly #pair = new Int32Array(2)
  readonly #found: CompiledRule[] = []
  readonly #groups = new Set<number>()
  #hasMoves = false
  #isAll = false
  #areAllClients = false

  /** @param now with its index and configuration: its hasher hashes, its scratch is used */
  constructor(now: Policy) {
    this.#now = now
    this.#overlay = new RuleOverlay(now.hasher)
  }

  /** Some name may be in reach, whoever asks for it. */
  get hasNames(): boolean {
    return this.#isAll || this.#overlay.size > 0 || this.#places.length > 0 || this.#contents.size > 0
  }

  addChanges(changes: readonly SimulationChange[], now: ConfigData, drafted: ConfigData, index: CompiledIndex | null) {
    for (const change of changes) if (change.kind === 'rule' && change.rule) this.addRule({ ...change.rule, id: 0 })
    const ids = new Set(changes.map((change) => (change.kind === 'rule' ? change.id : undefined)))
    for (const rule of rulesOf(now)) if (ids.has(rule.id)) this.addRule(rule)
    for (const change of changes) {
      if (change.kind === 'service') this.#addService(change.id)
      if (change.kind === 'safe-search') this.#addEngine(change.id)
    }
    this.#addLists(changedLists(now, drafted), index)
    this.#addGroups(now, drafted)
    if (this.hasNames) for (const config of [now, drafted]) this.#addWhatLeadsOn(config, index)
  }

  /** Of a list's new content. @param octets labels reversed */
  addName(octets: Uint8Array, length: number): void {
    this.#now.hasher.hashReversed(octets, 0, length, this.#pair)
    this.#contents.add(this.#pair[0]!, this.#pair[1]!)
  }

  /** A rule that may match otherwise, or not at all, in one of the two. */
  addRule(row: RuleRow): void {
    // What it switches off may be for any name.
    if (row.badfilter) this.#isAll = true
    else if (row.match !== 'address') this.#put(row)
  }

  touches(name: NameOctets): boolean {
    if (this.#isAll) return true
    const hashes = this.#hashes
    this.#now.hasher.hashSuffixes(name, hashes)
    const { names, patterns } = this.#overlay
    for (let depth = name.labelCount; depth >= 0; depth--) {
      const [first, second] = [hashes[2 * depth]!, hashes[2 * depth + 1]!]
      if (names.size > 0 && names.find(name, hashes, depth) !== null) return true
      if (depth === 0) break
      if (this.#contents.size > 0 && this.#contents.has(first, second)) return true
      for (let i = 0; i < this.#places.length; i++) if (holdsChanged(this.#places[i]!, first, second)) return true
    }
    if (patterns.size === 0) return false
    const { scratch } = this.#now
    scratch.ask(name, 1, ANY_CLIENT, 0, null)
    patterns.match(scratch, hashes, this.#found)
    return this.#found.length > 0
  }

  /** Groups of one client, now and in the draft. */
  touchesClient(now: number, drafted: number): boolean {
    if (this.#areAllClients) return true
    return (this.#hasMoves && now !== drafted) || this.#groups.has(now) || this.#groups.has(drafted)
  }

  get hasClients(): boolean {
    return this.#areAllClients || this.#hasMoves || this.#groups.size > 0
  }

  #put(row: RuleRow): void {
    const whole = compileRule(row)
    // A damaged row is left out of both policies.
    if (!whole.ok || whole.value.role === RuleRole.Canceller) return
    // The names of a local answer's addresses are answered too.
    for (const { name } of whole.value.pointers) if (name) this.#overlay.names.add(name, whole.value)
    const { match, pattern, inverted } = row
    const bare: RuleRow = {
      ...{ id: 0, action: 'block', match, pattern, enabled: true, important: false, ttlSeconds: null, expiresAt: null },
      ...(inverted && { inverted }),
    }
    const rule = compileRule(bare)
    if (rule.ok && !this.#overlay.put(rule.value)) this.#isAll = true
  }

  #addName(text: string): void {
    const isExact = text.startsWith('=')
    const pattern = isExact ? text.slice(1) : text
    this.addRule({
      ...{ id: 0, action: 'block', match: isExact ? 'exact' : 'suffix', pattern, enabled: true, important: false },
      ...{ ttlSeconds: null, expiresAt: null },
    })
  }

  #addService(id: string): void {
    for (const name of SERVICES.find((service) => service.id === id)?.domains ?? []) this.#addName(name)
  }

  #addEngine(id: string): void {
    for (const host of SAFE_SEARCH_ENGINES.find((engine) => engine.id === id)?.hosts ?? []) this.#addName(`=${host}`)
  }

  #addLists(ids: ReadonlySet<number>, compiled: CompiledIndex | null): void {
    const { index, tier } = this.#now
    const inMemory = compiled?.lists ?? []
    const flags = (lists: readonly { readonly listId: number }[]) =>
      Uint8Array.from(lists, ({ listId }) => (ids.has(listId) ? 1 : 0))
    if (index && flags(inMemory).includes(1)) this.#places.push({ index, isChanged: flags(inMemory) })
    const onDisk = compiled?.tier?.lists ?? []
    if (tier && flags(onDisk).includes(1)) this.#places.push({ index: tier, isChanged: flags(onDisk) })
    for (const { listId, rule } of compiled?.listRules ?? []) if (ids.has(listId)) this.addRule(rule)
  }

  #addGroups(now: ConfigData, drafted: ConfigData): void {
    const before = new Map(now.groups.map((group) => [group.id, JSON.stringify(group)]))
    for (const group of drafted.groups) {
      if (before.get(group.id) === JSON.stringify(group)) continue
      this.#groups.add(group.id)
      // The others have from it what they do not say themselves.
      if (group.isDefault) this.#areAllClients = true
    }
    this.#hasMoves = now.clients !== drafted.clients
  }

  #addWhatLeadsOn(config: ConfigData, index: CompiledIndex | null): void {
    const leadsOn = ({ action, records }: RuleRow): boolean =>
      action === 'alias' || records?.some((text) => text.startsWith('CNAME ')) === true
    for (const rule of rulesOf(config)) if (rule.enabled && leadsOn(rule)) this.addRule(rule)
    for (const { rule } of index?.listRules ?? []) if (leadsOn(rule)) this.addRule(rule)
    const isOn = new Set(
      config.ruleSets.filter(({ kind, enabled }) => kind === 'safe-search' && enabled).map(({ id }) => id),
    )
    for (const id of isOn) this.#addEngine(id)
  }
}

function holdsChanged({ index, isChanged }: Place, first: number, second: number): boolean {
  const set = index.findSet(first, second)
  if (set === 0) return false
  if (set === UNREADABLE_SET) return true
  const { members } = index
  for (let i = index.memberStart(set), end = index.memberEnd(set); i < end; i++)
    if (isChanged[members[i]! >>> 4] === 1) return true
  return false
}

/** Those that a draft adds, deletes, or leaves otherwise. */
function changedLists(now: ConfigData, drafted: ConfigData): Set<number> {
  const before = new Map(now.lists.map((list) => [list.id, list]))
  const changed = new Set(drafted.lists.filter((list) => before.get(list.id) !== list).map(({ id }) => id))
  const left = new Set(drafted.lists.map(({ id }) => id))
  for (const { id } of now.lists) if (!left.has(id)) changed.add(id)
  return changed
}
