/** The question that is being decided and what matches it: one per policy, used again for each query. */
import type { QueryClient } from '../query/query-client.ts'
import type { AskedQuestion, ClientLabels } from './asked-question.ts'
import type { ClientLabelTable } from './client-labels.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { DecisionTrace } from './decision-trace.ts'
import type { GroupTable } from './group-table.ts'
import { type NameOctets, newSuffixHashes } from './name-hash.ts'
import type { ScheduleStates } from './schedule-states.ts'
import { Verdict } from './verdict.ts'

export class MatchScratch implements AskedQuestion {
  name: NameOctets = { qname: new Uint8Array(1), labelOffsets: new Uint8Array(0), labelCount: 0 }
  qtype = 0
  leadingType = 0
  /** Whose policy decides: the client's group while its schedule holds, else "Everyone". */
  groupId = 0
  /** The group that the client belongs to, whatever its schedule says. */
  memberGroupId = 0
  /** 16 octets. */
  clientAddress: Uint8Array = new Uint8Array(16)
  /** Empty: none. */
  clientId = ''
  nowMs = 0
  trace: DecisionTrace | null = null
  /** Rules and lists that only record count as if they acted. */
  isTrial = false
  /** One of them matched since somebody set this back. */
  sawShadow = false
  /** The first of them. 0: none. */
  shadowRuleId = 0
  shadowListId = 0

  readonly hashes = newSuffixHashes()
  readonly own = new Verdict()
  readonly lists = new Verdict()
  /** The most specific alias or local answer, and forward rule. */
  answer: CompiledRule | null = null
  answerDepth = 0
  /** Further local answers for the same name: their records are given too. */
  readonly alsoAnswers: CompiledRule[] = []
  forward: CompiledRule | null = null
  forwardDepth = 0
  readonly patterns: CompiledRule[] = []
  /** Rules that override blocks and match, with the depth of each; and those that exempt from them. Own ones, then lists'. */
  readonly firstAnswers: CompiledRule[] = []
  readonly firstDepths: number[] = []
  readonly exceptions: CompiledRule[] = []

  readonly #labels: () => ClientLabelTable
  readonly #schedules: () => ScheduleStates
  readonly #groups: () => GroupTable
  /** For explanations: every schedule is taken to hold. */
  isAtAnyTime = false
  #found: ClientLabels | null = null

  /** @param labels the table in effect: it is replaced when clients change; so are schedules and groups */
  constructor(labels: () => ClientLabelTable, schedules: () => ScheduleStates, groups: () => GroupTable) {
    this.#labels = labels
    this.#schedules = schedules
    this.#groups = groups
  }

  scheduleHolds(id: number, ifUnknown: boolean): boolean {
    return this.isAtAnyTime || this.#schedules().holds(id, ifUnknown)
  }

  /** The client's names, looked up once a question and only when a rule asks. */
  labels(): ClientLabels {
    this.#found ??= this.#labels().find(this.clientAddress, this.clientId, this.memberGroupId)
    return this.#found
  }

  /** `leadingType` is 0 afterwards. */
  ask(name: NameOctets, qtype: number, client: QueryClient, nowMs: number, trace: DecisionTrace | null): void {
    this.name = name
    this.qtype = qtype
    this.leadingType = 0
    this.#schedules().refresh(nowMs)
    this.memberGroupId = client.groupId
    this.groupId = this.#groups().policyOf(client.groupId)
    this.clientAddress = client.clientAddress
    this.clientId = client.clientId ?? ''
    this.nowMs = nowMs
    this.trace = trace
    this.#found = null
  }

  /** A rule, or a list, that only records matches. @returns whether it counts */
  meetsShadow(ruleId: number, listId: number): boolean {
    if (!this.sawShadow) {
      this.sawShadow = true
      this.shadowRuleId = ruleId
      this.shadowListId = listId
    }
    return this.isTrial
  }

  resetFirst(): void {
    this.resetFirstAnswers()
    if (this.exceptions.length > 0) this.exceptions.length = 0
  }

  /** Own overrides go, own exceptions stay: they hold for the lists too. */
  resetFirstAnswers(): void {
    // Setting a length is slow, even to what it is.
    if (this.firstAnswers.length === 0) return
    this.firstAnswers.length = 0
    this.firstDepths.length = 0
  }
}
