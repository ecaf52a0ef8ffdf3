/** What the pipeline asks of the policy; rules/policy.ts is one. Read per query: a reload swaps it between two queries. */
import type { Decision } from '../query/decision.ts'
import type { Privacy } from '../query/log-privacy.ts'
import type { AddressRewrite, BlockPlan } from '../query/policy-parts.ts'
import type { QueryContext } from '../query/query-context.ts'

/** What was found out about an answer may not be remembered. */
export const NO_SCOPE = -1

export interface PolicySource {
  /** Group of a client: by its id where it gave one that is known, else by its address (16 octets); 1 is "Everyone". */
  groupOf(clientAddress: Uint8Array, clientId: string): number
  /** What the log may keep of the query. */
  logPrivacyOf(query: QueryContext): Privacy
  /** Decides on `query.view`'s name, steps 2 to 7 of design section 3, into `query.decision`. */
  decide(query: QueryContext): void
  /** Decides on a name that an alias led to, uncompressed wire labels, into `decision`. */
  decideName(name: Uint8Array, query: QueryContext, decision: Decision): void
  /**
   * Steps 4 and 6 for a name found in an answer: fills `decision` when it is to be blocked.
   * @param isExempt what was allowed by the name is not blocked by a list here
   * @returns true when it is
   */
  isTargetBlocked(
    name: Uint8Array,
    leadingType: number,
    query: QueryContext,
    isExempt: boolean,
    decision: Decision,
  ): boolean
  /** The same for an address found in an answer. @param address 4 or 16 octets */
  isAddressBlocked(address: Uint8Array, query: QueryContext, isExempt: boolean, decision: Decision): boolean
  /** The longest matching IP rewrite, or undefined. @param address 4 or 16 octets */
  findAddressRewrite(address: Uint8Array, query: QueryContext): AddressRewrite | undefined
  readonly hasAddressRewrites: boolean
  readonly inspectsAnswers: boolean
  /** See `QueryHandler.pagesRead`. */
  readonly pagesRead: number
  /**
   * Queries of one scope get the same verdict on the same answer to the same question, until the policy is changed.
   * @returns NO_SCOPE while that is not so, because something depends on the time
   */
  verdictScope(query: QueryContext): number
  /** Rebinding protection is on, and `name` may not answer with private addresses to clients of this group. */
  forbidsPrivateAddresses(name: Uint8Array, nameLength: number, groupId: number): boolean
  /** The answer in place of a private address. */
  rebindingBlock(query: QueryContext): BlockPlan
  /** Since the last trial, something that only records has matched. */
  readonly sawShadow: boolean
  /** Decides once more as if what only records acted, into `query.trial`; the query has one from then on. */
  tryShadow(query: QueryContext): void
  /** What `judge` asks is judged as in a trial. */
  asTrial(judge: () => void): void
  /** A rule that only records would replace an address in the answer. */
  noteShadowRewrite(query: QueryContext): void
  /** Once the query is decided to the end: what its trial would have made of it, into the query's `shadow…` fields. */
  settleShadow(query: QueryContext): void
}
