/** What is configured in a scenario: rules, lists, groups, settings, changed as the API would change them. */
import type { Clock } from '@weir/shared/clock'
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { RuleInput } from '@weir/shared/contract/rules'
import { defaultSettings, type Settings } from '@weir/shared/contract/settings'
import { LineContext } from '@weir/shared/rules/line-outcome'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import type { ListFixture } from '../../src/rules/lists.fixture.ts'
import { compileLists, configOf, rowOf } from '../../src/rules/policy.fixture.ts'
import type {
  ClientRow,
  ConfigData,
  GroupRow,
  OverrideRow,
  RuleRow,
  RuleSetRow,
  ScheduleRow,
} from '../../src/rules/policy-data.ts'
import { LivePolicy } from '../../src/threads/live-policy.ts'

export type OverrideStep = Pick<OverrideRow, 'kind'> &
  Partial<Pick<OverrideRow, 'name' | 'client' | 'groupId'>> & { readonly minutes?: number }

export class ScenarioConfig {
  readonly settings: Settings = defaultSettings(['192.0.2.53'])
  readonly #rules: RuleRow[] = []
  readonly #ruleSets: RuleSetRow[] = []
  readonly #lists: ListFixture[] = []
  readonly #groups: GroupRow[] = [{ id: 1, name: 'Everyone', isDefault: true, answer: null }]
  readonly #clients: ClientRow[] = []
  readonly #overrides: OverrideRow[] = []
  readonly #schedules: ScheduleRow[] = []
  readonly #clock: Clock
  #context = new LineContext()
  #live: LivePolicy | undefined
  #edition = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many policies there were to answer by. */
  get edition(): number {
    return this.#edition
  }

  /** Adds the rules of one line of the rule language, as the API would in an import. @throws Error when it is refused */
  addRule(line: string): void {
    const outcome = parseRuleLine(line, 'own', this.#context)
    if (outcome.kind !== 'rules') throw new Error(`not a rule: ${line}`)
    for (const input of outcome.rules) this.addRuleInput(input)
  }

  /** Removes all rules and lists: the next query is answered without them. */
  clearRules(): void {
    this.#rules.length = 0
    this.#lists.length = 0
    this.#context = new LineContext()
    this.#live = undefined
  }

  /** Ids count from 2, in the order of the calls. */
  addGroup(name: string, prefixes: readonly string[]): void {
    const id = this.#groups.length + 1
    this.#groups.push({ id, name, isDefault: false, answer: null })
    this.#clients.push(...prefixes.map((prefix) => ({ prefix, groupId: id })))
    this.#live = undefined
  }

  setGroupAnswer(id: number, answer: SourceAnswer): void {
    this.setGroup(id, { answer })
  }

  setGroup(id: number, more: Partial<GroupRow>): void {
    this.#groups[id - 1] = { ...this.#groups[id - 1]!, ...more }
    this.#live = undefined
  }

  /** Switches a service or safe search on, by default for everyone. */
  addRuleSet(kind: RuleSetRow['kind'], id: string, more: Partial<RuleSetRow> = {}): void {
    this.#ruleSets.push({ kind, id, enabled: true, groups: [], answer: null, ...more })
    this.#live = undefined
  }

  /** Adds a list, or replaces the one with its id. */
  addList(list: ListFixture): void {
    const at = this.#lists.findIndex(({ id }) => id === list.id)
    this.#lists.splice(at < 0 ? this.#lists.length : at, at < 0 ? 0 : 1, list)
    this.#live = undefined
  }

  /** A rule in JSON, for what the text language has no words for. @throws Error when it is refused */
  addRuleInput(input: RuleInput): void {
    this.addRuleRow(rowOf(input, this.#rules.length + 1))
  }

  /** One as it is stored, with an id of its own. */
  addRuleRow(row: RuleRow): void {
    this.#rules.push(row)
    this.#live = undefined
  }

  /** Ids count from 1, in the order of the calls. */
  addSchedule(schedule: Omit<ScheduleRow, 'id'>): void {
    this.#schedules.push({ ...schedule, id: this.#schedules.length + 1 })
    this.#live = undefined
  }

  /** Starts one now, as the API would. */
  addOverride({ kind, minutes = 1, name = null, client = null, groupId = null }: OverrideStep): void {
    const createdAt = this.#clock.now()
    const id = this.#overrides.length + 1
    this.#overrides.push({ id, kind, name, client, groupId, createdAt, endsAt: createdAt + minutes * 60_000 })
    this.#live = undefined
  }

  clearOverrides(): void {
    this.#overrides.length = 0
    this.#live = undefined
  }

  /** @param path as in `blocking.answer.kind` */
  set(path: string, value: unknown): void {
    const keys = path.split('.')
    const last = keys.pop()!
    const section = keys.reduce<Record<string, unknown>>(
      (part, key) => part[key] as Record<string, unknown>,
      this.settings as unknown as Record<string, unknown>,
    )
    section[last] = value
    this.#live = undefined
  }

  get data(): ConfigData {
    return {
      revision: 1,
      settings: this.settings,
      groups: this.#groups,
      clients: this.#clients,
      overrides: this.#overrides,
      schedules: this.#schedules,
      lists: configOf({ lists: this.#lists }).lists,
      ruleSets: this.#ruleSets,
      rules: { kind: 'full', rules: this.#rules },
      faults: [],
    }
  }

  /** Compiled anew, as explanations and simulations have one of their own. */
  compile(): LivePolicy {
    return new LivePolicy(this.data, this.#lists.length === 0 ? null : compileLists(this.#lists))
  }

  /** What is answered by: compiled anew after each change. */
  current(): LivePolicy {
    if (!this.#live) this.#edition++
    this.#live ??= this.compile()
    return this.#live
  }
}
