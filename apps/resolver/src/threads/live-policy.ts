/** The policy as the pipeline sees it: `rules/` decides, this hands it the query's parts. One per worker. */
import type { Settings } from '@weir/shared/contract/settings'
import { parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import { ClientTable } from '../clients/client-table.ts'
import { describeClient } from '../clients/describe-client.ts'
import { LogPrivacies } from '../clients/log-privacies.ts'
import { NO_SCOPE, type PolicySource } from '../pipeline/policy-source.ts'
import type { Decision } from '../query/decision.ts'
import { Privacy } from '../query/log-privacy.ts'
import type { AddressRewrite, BlockPlan } from '../query/policy-parts.ts'
import type { QueryContext } from '../query/query-context.ts'
import { decide, decideAddress, decideName, decideTarget, findAddressRewrite } from '../rules/decide.ts'
import { Policy, type TierOpener } from '../rules/policy.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { ShadowTrials } from './shadow-trials.ts'

export class LivePolicy implements PolicySource {
  readonly policy: Policy
  #clients: ClientTable
  #clientRows: ConfigData['clients'] = []
  readonly #boxed = new BoxedTime()
  #privacies = new LogPrivacies([])
  readonly #shadows = new ShadowTrials()
  #rebindingNames: readonly Uint8Array[] = []

  /** @param openTier missing: names on disk are not looked up */
  constructor(config: ConfigData, index: CompiledIndex | null, openTier?: TierOpener) {
    this.policy = new Policy(config.settings, openTier)
    this.policy.replaceIndex(index)
    this.#clients = new ClientTable(config.clients, this.policy.defaultGroupId)
    this.apply(config)
  }

  /** @returns what had to be left out, in words */
  apply(config: ConfigData): string[] {
    const before = this.policy.settings.storage
    const faults = this.policy.apply(config)
    if (isTierOpenedOtherwise(before, config.settings.storage)) this.policy.reopenTier()
    this.#clients = new ClientTable(config.clients, this.policy.defaultGroupId)
    this.#privacies = new LogPrivacies(config.groups)
    this.#clientRows = config.clients
    this.#rebindingNames = config.settings.rebinding.allowedNames.flatMap((text) => {
      const name = parseDomainName(text)
      return name.ok ? toWire(name.value) : []
    })
    return faults
  }

  /** How a client came to its group, in words. */
  describeClient(clientAddress: Uint8Array, clientId: string): string {
    return describeClient(this.#clientRows, clientAddress, clientId)
  }

  groupOf(clientAddress: Uint8Array, clientId = ''): number {
    return this.#clients.groupOf(clientAddress, clientId)
  }

  /** Asked of every query, also of one that was refused before its client was identified. */
  logPrivacyOf(query: QueryContext): Privacy {
    return this.#privacies.areAllFull
      ? Privacy.Full
      : this.#privacies.of(this.groupOf(query.clientAddress, query.clientId))
  }

  decide(query: QueryContext): void {
    const { view, decision } = query
    decide(this.policy, view, view.qtype, query, this.#boxed.of(query.receivedAtMs), decision)
  }

  decideName(name: Uint8Array, query: QueryContext, decision: Decision): void {
    const { view, receivedAtMs } = query
    decideName(this.policy, name, view.qtype, query, receivedAtMs, decision)
  }

  isTargetBlocked(
    name: Uint8Array,
    leadingType: number,
    query: QueryContext,
    isExempt: boolean,
    decision: Decision,
  ): boolean {
    const { view, receivedAtMs } = query
    return decideTarget(this.policy, name, leadingType, view.qtype, query, receivedAtMs, isExempt, decision)
  }

  isAddressBlocked(address: Uint8Array, query: QueryContext, isExempt: boolean, decision: Decision): boolean {
    const { view, receivedAtMs } = query
    return decideAddress(this.policy, address, view.qtype, query, receivedAtMs, isExempt, decision, view)
  }

  findAddressRewrite(address: Uint8Array, query: QueryContext): AddressRewrite | undefined {
    const { view, receivedAtMs } = query
    return findAddressRewrite(this.policy, address, view.qtype, query, receivedAtMs, view)
  }

  get hasAddressRewrites(): boolean {
    return this.policy.own.rewrites.size > 0
  }

  get pagesRead(): number {
    return this.policy.tier?.counters.reads ?? 0
  }

  get inspectsAnswers(): boolean {
    return this.policy.settings.blocking.inspectAnswers
  }

  verdictScope({ groupId, receivedAtMs }: QueryContext): number {
    return this.policy.isSteadyAt(receivedAtMs) ? groupId : NO_SCOPE
  }

  forbidsPrivateAddresses(name: Uint8Array, nameLength: number, groupId: number): boolean {
    const { enabled, allowedGroups } = this.policy.settings.rebinding
    if (!enabled || allowedGroups.includes(this.policy.policyGroupOf(groupId))) return false
    return !this.#rebindingNames.some((allowed) => isAtOrBelow(name, nameLength, allowed))
  }

  get sawShadow(): boolean {
    return this.policy.scratch.sawShadow
  }

  tryShadow(query: QueryContext): void {
    this.#shadows.try(this.policy, query)
  }

  asTrial(judge: () => void): void {
    this.#shadows.asTrial(this.policy, judge)
  }

  noteShadowRewrite(query: QueryContext): void {
    this.#shadows.noteRewrite(this.policy, query)
  }

  settleShadow(query: QueryContext): void {
    this.#shadows.settle(this.policy, query)
  }

  rebindingBlock({ groupId }: QueryContext): BlockPlan {
    return this.policy.plans.ofRebinding(this.policy.policyGroupOf(groupId))
  }
}

const isTierOpenedOtherwise = (a: Settings['storage'], b: Settings['storage']): boolean =>
  a.keptResults !== b.keptResults || a.tierCacheOctets !== b.tierCacheOctets || a.tierMmapOctets !== b.tierMmapOctets

/**
 * A time as the engine hands it on: numbers beyond 31 bits are objects, and one would be made anew for each call. All
 * queries of a batch have the same time, so that here it is made once for them.
 */
class BoxedTime {
  /** The text keeps the engine from storing plain doubles, which would have to be boxed again at each reading. */
  readonly #values: [what: string, timeMs: number] = ['ms', Number.NaN]
  #timeMs = Number.NaN

  of(timeMs: number): number {
    if (timeMs !== this.#timeMs) {
      this.#timeMs = timeMs
      this.#values[1] = timeMs
    }
    return this.#values[1]
  }
}

/** Both in wire labels, lower case. */
function isAtOrBelow(name: Uint8Array, nameLength: number, ancestor: Uint8Array): boolean {
  for (let at = 0; nameLength - at >= ancestor.length; at += name[at]! + 1)
    if (nameLength - at === ancestor.length) return ancestor.every((octet, i) => octet === name[at + i])
  return false
}
