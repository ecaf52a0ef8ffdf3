/**
 * Looks at an upstream's answer, cached or fresh (design section 3, step 8): the names it leads to go through the rules
 * again, so that an alias cannot hide a blocked name, and private addresses are kept out where that is asked for.
 */

import { IPV4_OCTETS, IPV6_OCTETS } from '@weir/shared/dns/ip-address'
import { RrType } from '@weir/shared/dns/rr-type'
import { addressKind } from '@weir/shared/dns/special-address'
import { REASONS } from '@weir/shared/log/outcomes'
import { Decision, DecisionAction } from '../../query/decision.ts'
import type { QueryContext } from '../../query/query-context.ts'
import { copyOctets } from '../../wire/octets.ts'
import { MAX_NAME_OCTETS } from '../../wire/query-view.ts'
import { readName } from '../../wire/read-name.ts'
import { forEachAddress } from '../../wire/record-addresses.ts'
import { RecordCursor, Section } from '../../wire/walk-records.ts'
import type { PolicySource } from '../policy-source.ts'

const ANSWER_INSPECTION = REASONS.indexOf('answer-inspection')
const LIST_ALLOW = REASONS.indexOf('list-allow')
const REBINDING = REASONS.indexOf('rebinding')
/** Blocks that no machine has (RFC 5737, RFC 3849): they lead nowhere, so that they cannot lead inside. */
const HARMLESS_KINDS: ReadonlySet<string> = new Set(['global', 'documentation'])
const isPrivateAddress = (address: Uint8Array): boolean => !HARMLESS_KINDS.has(addressKind(address))

/** Clients take the addresses of their targets from the additional section (RFC 9460 §4.1, RFC 2782, RFC 1035 §3.3.9). */
const SERVICE_TYPES: ReadonlySet<number> = new Set([RrType.HTTPS, RrType.SVCB, RrType.SRV, RrType.MX])

/** An own rule, or an override, that allows the name means its answer too; a list that allows it exempts from lists alone. */
const isAllowed = ({ action, reason }: Decision): boolean => action === DecisionAction.Allow && reason !== LIST_ALLOW

/** SvcPriority, before the TargetName (RFC 9460 §2.2). */
const SVC_PRIORITY_OCTETS = 2

/** Offset of the name that a record leads to, or -1. */
function targetOffset(cursor: RecordCursor): number {
  switch (cursor.rrType) {
    case RrType.CNAME:
    case RrType.DNAME:
      return cursor.rdataOffset
    case RrType.HTTPS:
    case RrType.SVCB:
      return cursor.rdataOffset + SVC_PRIORITY_OCTETS
    default:
      return -1
  }
}

/** The name that led to a block stays in it, as the decision's `listedName`, until the next call. */
export class AnswerInspector {
  readonly #cursor = new RecordCursor()
  readonly #name = new Uint8Array(MAX_NAME_OCTETS)
  readonly #decision = new Decision()
  readonly #ipv4 = new Uint8Array(IPV4_OCTETS)
  readonly #ipv6 = new Uint8Array(IPV6_OCTETS)

  /**
   * Turns `decision` into a block when something in `query.stored` is blocked. @returns whether it did
   * @param decision on the query, or on its trial
   */
  inspect(query: QueryContext, decision: Decision, policy: PolicySource): boolean {
    const stored = query.stored!
    const forbidsPrivate =
      decision.forwardRuleId === 0 &&
      policy.forbidsPrivateAddresses(query.lookupName, query.lookupNameLength, query.groupId)
    const inspectsNames = policy.inspectsAnswers && !isAllowed(decision)
    if (!forbidsPrivate && !inspectsNames) return false
    const cursor = this.#cursor
    cursor.start(stored, query.storedLength)
    const isServiceQuery = SERVICE_TYPES.has(query.view.qtype)
    while (cursor.next()) {
      if (cursor.section === Section.Answer || (isServiceQuery && cursor.section === Section.Additional)) {
        if (inspectsNames && this.#isRecordBlocked(stored, query, decision, policy)) return true
        if (forbidsPrivate && this.#isPrivate(stored)) return blockRebinding(query, decision, policy)
      } else if (!isServiceQuery) return false
    }
    return false
  }

  #isRecordBlocked(stored: Uint8Array, query: QueryContext, decision: Decision, policy: PolicySource): boolean {
    return (
      this.#leadsToBlocked(stored, query, decision, policy) || this.#isBlockedAddress(stored, query, decision, policy)
    )
  }

  #leadsToBlocked(stored: Uint8Array, query: QueryContext, decision: Decision, policy: PolicySource): boolean {
    const offset = targetOffset(this.#cursor)
    if (offset < 0 || offset >= this.#cursor.end) return false
    if (readName(stored, query.storedLength, offset, this.#name) < 0) return false
    const length = wireLength(this.#name)
    if (length === 1) return false
    const { rrType } = this.#cursor
    if (!policy.isTargetBlocked(this.#name, rrType, query, decision.isExemptFromLists, this.#decision)) return false
    return this.#block(decision)
  }

  /** A rule or list that names an address blocks the names that lead there. */
  #isBlockedAddress(stored: Uint8Array, query: QueryContext, decision: Decision, policy: PolicySource): boolean {
    const isExempt = decision.isExemptFromLists
    const isBlocked = (offset: number, octets: number): boolean =>
      policy.isAddressBlocked(this.#addressAt(stored, offset, octets), query, isExempt, this.#decision)
    return forEachAddress(stored, this.#cursor, isBlocked) && this.#block(decision)
  }

  /** A copy in a scratch: views cost more than the few octets that they show. */
  #addressAt(stored: Uint8Array, offset: number, octets: number): Uint8Array {
    const address = octets === IPV4_OCTETS ? this.#ipv4 : this.#ipv6
    copyOctets(stored, offset, octets, address, 0)
    return address
  }

  #block(decision: Decision): boolean {
    decision.action = DecisionAction.Block
    decision.reason = ANSWER_INSPECTION
    decision.ruleId = this.#decision.ruleId
    decision.listId = this.#decision.listId
    decision.listedLabels = this.#decision.listedLabels
    decision.listedName = this.#name
    decision.block = this.#decision.block
    return true
  }

  #isPrivate(stored: Uint8Array): boolean {
    return forEachAddress(stored, this.#cursor, (offset, octets) =>
      isPrivateAddress(this.#addressAt(stored, offset, octets)),
    )
  }
}

function blockRebinding(query: QueryContext, decision: Decision, policy: PolicySource): true {
  decision.action = DecisionAction.Block
  decision.reason = REBINDING
  decision.block = policy.rebindingBlock(query)
  return true
}

function wireLength(name: Uint8Array): number {
  let length = 0
  while (name[length] !== 0) length += name[length]! + 1
  return length + 1
}
