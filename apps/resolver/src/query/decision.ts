/** What the rules say of one query, and why. Filled in place by `rules/decide.ts`; nothing is allocated per query. */
import { REASONS, type Reason } from '@weir/shared/log/outcomes'
import type { BlockPlan, LocalAnswer, NameTarget, UpstreamGroup } from './policy-parts.ts'

export const DecisionAction = {
  /** No rule speaks: forward to the group's upstreams. */
  None: 0,
  /** Exempt from list rules and answer inspection by lists. */
  Allow: 1,
  Block: 2,
  /** A local answer: `local` has the addresses. */
  LocalAnswer: 3,
  /** `alias` has the name to look up instead. */
  Alias: 4,
  /** A special-use name (RFC 6761 and its like): `specialUse` says what to answer. */
  SpecialUse: 5,
} as const
export type DecisionAction = (typeof DecisionAction)[keyof typeof DecisionAction]

/** Answers for special-use and canary names. `Records`: those of `local` where the name has some of the type, else NODATA. */
export const SpecialUse = { NxDomain: 0, NoData: 1, Loopback: 2, Records: 3, LoopbackPointer: 4 } as const
export type SpecialUse = (typeof SpecialUse)[keyof typeof SpecialUse]

/** REASONS as numbers, for the fields below and for log records. */
export const reasonCode = (reason: Reason): number => REASONS.indexOf(reason)

export class Decision {
  action: DecisionAction = DecisionAction.None
  /** Position in REASONS. */
  reason = 0
  /** The own rule that won; 0: none. */
  ruleId = 0
  /** The list whose entry won; 0: none. */
  listId = 0
  /** Labels of the plain name of a list that blocks; 0: something else decides. */
  listedLabels = 0
  /** The name in an answer that they are the last of, lower case, lent until the response is written; null: the name looked up. */
  listedName: Uint8Array | null = null
  block: BlockPlan | null = null
  local: LocalAnswer | null = null
  alias: NameTarget | null = null
  specialUse: SpecialUse = SpecialUse.NxDomain
  /** Octets of the name looked up in front of the special name that it is or is below: 0 when it is that name. */
  specialOffset = 0
  /** Where an unanswered query goes: the longest matching forward rule's servers, else the group's upstreams. */
  upstreams: UpstreamGroup | null = null
  /** The forward rule that chose `upstreams`; 0: none. */
  forwardRuleId = 0
  /** Own allow rule matched: lists are not asked, neither now nor for the answer's names. */
  isExemptFromLists = false
  /** Over UDP the answer is cut short, so that the client asks again over TCP. */
  isTcpOnly = false

  copyFrom(other: Decision): void {
    this.action = other.action
    this.reason = other.reason
    this.ruleId = other.ruleId
    this.listId = other.listId
    this.listedLabels = other.listedLabels
    this.listedName = other.listedName
    this.block = other.block
    this.local = other.local
    this.alias = other.alias
    this.specialUse = other.specialUse
    this.specialOffset = other.specialOffset
    this.upstreams = other.upstreams
    this.forwardRuleId = other.forwardRuleId
    this.isExemptFromLists = other.isExemptFromLists
    this.isTcpOnly = other.isTcpOnly
  }

  reset(): void {
    this.action = DecisionAction.None
    this.reason = 0
    this.ruleId = 0
    this.listId = 0
    this.listedLabels = 0
    this.listedName = null
    this.block = null
    this.local = null
    this.alias = null
    this.upstreams = null
    this.forwardRuleId = 0
    this.isExemptFromLists = false
    this.isTcpOnly = false
  }
}
