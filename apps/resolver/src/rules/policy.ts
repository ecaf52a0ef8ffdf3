/**
 * One worker's view of the configuration, ready for decisions (decide.ts). The index is shared memory; the rest is the
 * worker's own, edited between two queries and never during one.
 */
import { randomBytes } from 'node:crypto'
import type { Settings } from '@weir/shared/contract/settings'
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { parseNat64Prefix } from '@weir/shared/dns/nat64'
import type { Designation } from '../query/policy-parts.ts'
import { BlockPlans } from './block-plans.ts'
import { ClientLabelTable } from './client-labels.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { GroupTable } from './group-table.ts'
import { fileListRules, finishAtOnce } from './list-rules.ts'
import { holdsFor, ListTable } from './list-table.ts'
import { MatchScratch } from './match-scratch.ts'
import { HASH_KEY_OCTETS, NameHasher } from './name-hash.ts'
import { OverrideTable } from './override-table.ts'
import { putOwnRules } from './own-rules.ts'
import type {
  ClientRow,
  CompiledIndex,
  CompiledTier,
  ConfigData,
  GroupRow,
  ListRow,
  ListRuleRow,
  RuleChanges,
  RuleSetRow,
} from './policy-data.ts'
import { indexedLists, RuleIndex } from './rule-index.ts'
import { RuleOverlay } from './rule-overlay.ts'
import { RuleSets } from './rule-sets.ts'
import { ScheduleStates } from './schedule-states.ts'
import { SpecialNames } from './special-use.ts'
import type { TierIndex } from './tier-index.ts'
import { UpstreamGroups } from './upstream-groups.ts'
import { LEVEL_ORDERS, type Level } from './verdict.ts'

/** Opens the files of a tier; what it gives answers even where they are damaged. */
export type TierOpener = (tier: CompiledTier) => TierIndex

export class Policy {
  /** config_revision that it answers by. */
  revision = 0
  settings: Settings
  groups: readonly GroupRow[] = []
  lists: ListTable
  index: RuleIndex | null = null
  /** Names of lists that do not fit into the memory budget. */
  tier: TierIndex | null = null
  own: RuleOverlay
  /** Complex lines of the lists in the index. */
  listRules: RuleOverlay
  /** Services and safe search. */
  ruleSets: RuleSets
  plans: BlockPlans
  hasher: NameHasher
  special: SpecialNames
  /** The prefix of DNS64; null: switched off. */
  nat64: AddressPrefix | null = null
  overrides = new OverrideTable([])
  /** Where queries go that are not answered here. */
  upstreams: UpstreamGroups
  levels: readonly Level[]
  readonly scratch = new MatchScratch(
    () => this.#labels,
    () => this.#schedules,
    () => this.#groupTable,
  )
  #labels = new ClientLabelTable([], [])
  #schedules = new ScheduleStates([])
  #groupTable = new GroupTable([], this.#schedules)
  #key: Uint8Array = randomBytes(HASH_KEY_OCTETS)
  #compiled: CompiledIndex | null = null
  #listRows: readonly ListRow[] = []
  #ruleSetRows: readonly RuleSetRow[] = []
  #designation: Designation | null = null
  readonly #openTier: TierOpener | undefined

  /** Without rules, lists and index: `replaceIndex` and `apply` bring them. */
  constructor(settings: Settings, openTier?: TierOpener) {
    this.#openTier = openTier
    this.settings = settings
    this.hasher = new NameHasher(this.#key)
    this.special = new SpecialNames(this.hasher)
    this.own = new RuleOverlay(this.hasher)
    this.listRules = new RuleOverlay(this.hasher)
    this.lists = new ListTable([], [], this.#schedules)
    this.ruleSets = new RuleSets([], this.hasher)
    this.plans = new BlockPlans(settings.blocking, this.lists, [])
    this.levels = LEVEL_ORDERS[settings.precedence]
    this.upstreams = new UpstreamGroups(settings.upstreams, [])
  }

  /** Takes over what `loadConfig` has read. @returns what had to be left out, in words */
  apply(config: ConfigData): string[] {
    this.#schedules = new ScheduleStates(config.schedules, this.#schedules.epoch)
    this.replaceClients(config.clients, config.groups)
    this.overrides = new OverrideTable(config.overrides)
    this.#listRows = config.lists
    this.#ruleSetRows = config.ruleSets
    this.ruleSets = new RuleSets(config.ruleSets, this.hasher)
    this.replaceSettings(config.settings)
    const faults = this.applyRules(config.rules)
    this.revision = config.revision
    return faults
  }

  /** Who is called what, for rules that ask for clients. */
  replaceClients(clients: readonly ClientRow[], groups: readonly GroupRow[]): void {
    this.groups = groups
    this.#labels = new ClientLabelTable(clients, groups)
    this.#groupTable = new GroupTable(groups, this.#schedules)
  }

  replaceSettings(settings: Settings): void {
    this.settings = settings
    this.levels = LEVEL_ORDERS[settings.precedence]
    this.nat64 = (settings.dns64.enabled && parseNat64Prefix(settings.dns64.prefix)) || null
    this.#replaceSpecial()
    this.upstreams = new UpstreamGroups(settings.upstreams, this.groups)
    this.replaceLists(this.#listRows)
  }

  /** Order, groups, answers and switches of lists, services among them: none of them touches the index. */
  replaceLists(rows: readonly ListRow[]): void {
    this.#listRows = rows
    const all = [...rows, ...this.ruleSets.serviceRows]
    this.lists = new ListTable(all, indexedLists(this.#compiled), this.#schedules)
    this.plans = new BlockPlans(this.settings.blocking, this.lists, this.groups)
  }

  /** @returns the rules that were left out and why, in words */
  applyRules(changes: RuleChanges): string[] {
    if (changes.kind === 'full') this.own = new RuleOverlay(this.hasher)
    return putOwnRules(this.own, changes)
  }

  /** The complex lines of an index that `replaceIndex` is about to get, step by step. */
  fileListRules(compiled: CompiledIndex, rows: Iterable<ListRuleRow>): Generator<undefined, RuleOverlay> {
    const { key, hasher } = new RuleIndex(compiled)
    return fileListRules(rows, this.#isKey(key) ? this.hasher : hasher)
  }

  /**
   * Swaps the index and the complex lines that belong to it; null: none.
   * @param listRules of `fileListRules`, where they were made ready beforehand
   */
  replaceIndex(compiled: CompiledIndex | null, listRules?: RuleOverlay): void {
    this.#compiled = compiled
    this.index = compiled && new RuleIndex(compiled)
    if (this.index) this.#changeKey(this.index)
    if (this.tier?.tier.id !== compiled?.tier?.id) this.reopenTier()
    this.listRules = listRules ?? finishAtOnce(fileListRules(compiled?.listRules ?? [], this.hasher))
    this.replaceLists(this.#listRows)
  }

  /** Lets go of the tier's files, and of what was found in them, and opens those of the present one. */
  reopenTier(): void {
    const tier = this.#compiled?.tier
    this.tier?.close()
    this.tier = tier && this.#openTier ? this.#openTier(tier) : null
  }

  /** A recompiled index keeps its key, so that this is rare. */
  #changeKey(index: RuleIndex): void {
    if (this.#isKey(index.key)) return
    this.#key = index.key
    this.hasher = index.hasher
    this.#replaceSpecial()
    this.own.rehash(this.hasher)
    this.ruleSets = new RuleSets(this.#ruleSetRows, this.hasher)
  }

  /** The resolver's own encrypted listeners; null: none. */
  designate(designation: Designation | null): void {
    this.#designation = designation
    this.#replaceSpecial()
  }

  #replaceSpecial(): void {
    const designation = this.settings.access.designation ? this.#designation : null
    this.special = new SpecialNames(this.hasher, designation, this.nat64)
  }

  #isKey(key: Uint8Array): boolean {
    return this.#key.every((octet, i) => octet === key[i])
  }

  /** Blocking is switched on and not paused. */
  isBlockingAt(nowMs: number): boolean {
    const { enabled, pausedUntil } = this.settings.blocking
    return enabled && (pausedUntil === null || nowMs >= pausedUntil)
  }

  /** Rises whenever a schedule begins or ends, as of the last decision. */
  get scheduleEpoch(): number {
    return this.#schedules.epoch
  }

  /** For explanations: which schedule it is, and when it begins or ends. */
  describeSchedule(id: number, nowMs: number): string {
    return this.#schedules.describe(id, nowMs)
  }

  /** Whose policy the clients of a group have, as of the last decision. */
  policyGroupOf(groupId: number): number {
    return this.#groupTable.policyOf(groupId)
  }

  /** Does a rule set hold for the group of the question in the scratch? Where its schedule cannot be read, it does. */
  readonly ruleSetHolds = (row: RuleSetRow): boolean => holdsFor(row, this.scratch.groupId, this.#schedules, true)

  /**
   * Until the policy is changed, or a schedule begins or ends, the same is decided from now on for the same name, type and
   * group: no pause runs, no override holds, and no rule depends on more than these. Whatever else decisions come to
   * depend on has to be asked for here.
   */
  isSteadyAt(nowMs: number): boolean {
    const { pausedUntil } = this.settings.blocking
    const isPaused = pausedUntil !== null && nowMs < pausedUntil
    const isOverridden = nowMs < this.overrides.lastEndMs
    return !isPaused && !isOverridden && this.own.unsteadyCount === 0 && this.listRules.unsteadyCount === 0
  }

  /** An own rule, or a list, a service or safe search, that only records. */
  isShadow(ruleId: number, listId: number): boolean {
    if (listId === 0) return this.own.isShadow(ruleId)
    return this.lists.get(listId)?.row.shadow === true || this.ruleSets.isShadow(listId)
  }

  /** Where a complex line stands in its list; null: it has no line. For explanations: looks through all lines. */
  lineOf({ listId, row }: CompiledRule): number | null {
    const found = this.#compiled?.listRules.find((one) => one.listId === listId && one.rule === row)
    return found?.line ?? null
  }

  /** Some rule is for addresses in answers. */
  get hasAddressRules(): boolean {
    return this.own.addresses.size + this.listRules.addresses.size > 0
  }

  get defaultGroupId(): number {
    return this.#groupTable.defaultId
  }
}
