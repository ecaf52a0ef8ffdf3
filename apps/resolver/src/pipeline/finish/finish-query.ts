/**
 * What always happens to a query, once, whatever its stages did: inspect the answer, write the response, record.
 *
 * A cache hit ends the stages, so whatever must also see cached answers belongs here.
 */
import { ExtendedError } from '@weir/shared/dns/extended-error'
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { Rcode } from '@weir/shared/dns/rcode'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { DecisionAction, reasonCode } from '../../query/decision.ts'
import { Outcome } from '../../query/outcome.ts'
import type { Recorder } from '../../query/ports.ts'
import { type QueryContext, Transport } from '../../query/query-context.ts'
import type { Trial } from '../../query/trial.ts'
import { Flag } from '../../wire/header.ts'
import { Ipv6Synthesiser } from '../../wire/synthesise-ipv6.ts'
import type { ResponseWriter } from '../../wire/write-response.ts'
import { MEANING_OF_FAULT } from '../fault-to-rcode.ts'
import { NO_SCOPE, type PolicySource } from '../policy-source.ts'
import { CleanAnswers } from './clean-answers.ts'
import { AnswerInspector } from './inspect-answer.ts'
import { AddressRewriter } from './rewrite-addresses.ts'
import { Rotation, writeBlock } from './write-block.ts'
import { startWithAliases, writeLocalAnswer, writeSpecialUse } from './write-local.ts'

const CACHED = OUTCOMES.indexOf('cached')
const BLOCKED = OUTCOMES.indexOf('blocked')
const LOCAL = OUTCOMES.indexOf('local')
const REWRITTEN = OUTCOMES.indexOf('rewritten')
const DROPPED = OUTCOMES.indexOf('dropped')
const DNS64 = reasonCode('dns64')

/** What finishing reads, anew for each query. */
export interface FinishState {
  readonly policy: PolicySource
  /** Raised whenever the policy, or the cache, is another one. */
  readonly edition: number
}

/** Query and trial look up the same name. */
function endsAlike({ aliases, lookupName }: QueryContext, { isAliased, finalName }: Trial): boolean {
  if (!isAliased || aliases.length === 0) return isAliased === aliases.length > 0
  return finalName.every((octet, i) => octet === lookupName[i])
}

export class Finisher {
  readonly #inspector = new AnswerInspector()
  /** Apart: what blocks a query is still told when its trial has been inspected. */
  readonly #trialInspector = new AnswerInspector()
  readonly #rewriter = new AddressRewriter()
  readonly #writer: ResponseWriter
  readonly #clean = new CleanAnswers()
  readonly #current: () => FinishState
  readonly #recorder: Recorder
  readonly #rotation = new Rotation()
  #synthesiser: Ipv6Synthesiser | null = null

  constructor(writer: ResponseWriter, current: () => FinishState, recorder: Recorder) {
    this.#writer = writer
    this.#current = current
    this.#recorder = recorder
  }

  /** @returns whether `query.out` is to be sent */
  finish(query: QueryContext, outcome: Outcome): boolean {
    let isSent = false
    if (outcome === Outcome.Dropped) this.#drop(query)
    else {
      this.#answer(query)
      // An answer whose alias leads to a name that is blocked with `drop`.
      isSent = query.outLength > 0
      if (!isSent) query.logOutcome = DROPPED
    }
    const { policy } = this.#current()
    if (query.isTried) policy.settleShadow(query)
    query.privacy = policy.logPrivacyOf(query)
    this.#recorder.record(query)
    return isSent
  }

  #drop(query: QueryContext): void {
    query.outLength = 0
    if (query.fault !== null) query.decision.reason = MEANING_OF_FAULT[query.fault].reason
    query.logOutcome = DROPPED
  }

  #answer(query: QueryContext): void {
    const { decision } = query
    if (query.fault !== null) return this.#writeFault(query)
    if (query.outLength > 0) return
    if (decision.isTcpOnly && query.transport === Transport.Udp) return this.#cutShort(query)
    if (decision.action === DecisionAction.LocalAnswer && decision.local)
      return writeLocalAnswer(this.#writer, query, decision.local)
    if (decision.action === DecisionAction.SpecialUse) return writeSpecialUse(this.#writer, query, decision)
    if (decision.action !== DecisionAction.Block && query.stored !== null && !this.#inspect(query))
      return this.#writeStored(query)
    if (decision.block === null) {
      query.fault = 'bug'
      return this.#writeFault(query)
    }
    query.logOutcome = BLOCKED
    if (decision.block.kind !== 'drop') writeBlock(this.#writer, query, decision.block, this.#rotation)
  }

  /** @returns whether the answer turned out to be blocked */
  #inspect(query: QueryContext): boolean {
    const { policy, edition } = this.#current()
    const { cacheSlot, cacheSequence } = query
    // What an alias of ours leads to was decided by another name than the cached answer's.
    const scope = cacheSlot < 0 || query.aliases.length > 0 ? NO_SCOPE : policy.verdictScope(query)
    if (scope === NO_SCOPE || !this.#clean.has(cacheSlot, cacheSequence, edition, scope)) {
      const isBlocked = this.#inspector.inspect(query, query.decision, policy)
      const { sawShadow } = policy
      if (sawShadow && !query.isTried) policy.tryShadow(query)
      if (query.isTried) this.#inspectTrial(query, policy)
      if (isBlocked) return true
      // What only records is noted of every query: its answers are looked at each time.
      if (scope !== NO_SCOPE && !sawShadow) this.#clean.note(cacheSlot, cacheSequence, edition, scope)
    } else if (query.isTried) this.#inspectTrial(query, policy)
    if (!policy.hasAddressRewrites) return false
    const ruleId = this.#rewriter.rewrite(query, policy)
    if (policy.sawShadow) policy.noteShadowRewrite(query)
    if (ruleId !== 0) {
      query.decision.ruleId ||= ruleId
      query.logOutcome = REWRITTEN
    }
    return false
  }

  /** The same answer as the trial would have it, where it would ask the same servers for the same name. */
  #inspectTrial(query: QueryContext, policy: PolicySource): void {
    const trial = query.trial!
    const { action, upstreams } = trial.last
    const isForwarded = action === DecisionAction.None || action === DecisionAction.Allow
    if (!isForwarded || upstreams?.id !== query.decision.upstreams?.id || !endsAlike(query, trial)) return
    policy.asTrial(() => void this.#trialInspector.inspect(query, trial.last, policy))
  }

  #writeStored(query: QueryContext): void {
    if (query.synthesis !== null) this.#synthesise(query, query.synthesis)
    const stored = query.stored!
    const writer = this.#writer
    if (query.aliases.length === 0) writer.startStored(query, stored, query.storedLength)
    else {
      startWithAliases(writer, query, 0)
      writer.addStored(stored, query.storedLength)
      query.logOutcome = REWRITTEN
    }
    query.rcode = stored[3]! & Flag.RCODE
    // The failure was not met now (RFC 8914 §4.14, RFC 9520 §3.2).
    if (query.rcode === Rcode.SERVFAIL && query.logOutcome === CACHED) query.extendedError = ExtendedError.CachedError
    if (query.extendedError >= 0) writer.setExtendedError(query.extendedError, null)
    query.outLength = writer.finish()
  }

  #synthesise(query: QueryContext, prefix: AddressPrefix): void {
    this.#synthesiser ??= new Ipv6Synthesiser()
    const { stored, storedLength, synthesisTtlSeconds, decision } = query
    decision.reason ||= DNS64
    query.stored = this.#synthesiser.run(stored!, storedLength, prefix, synthesisTtlSeconds)
    query.storedLength = query.stored.length
  }

  /** As rules say that allow a name over TCP only. */
  #cutShort(query: QueryContext): void {
    this.#writer.start(query, 0)
    this.#writer.cutShort()
    query.outLength = this.#writer.finish()
    query.logOutcome = LOCAL
  }

  #writeFault(query: QueryContext): void {
    const { rcode, extendedError, logOutcome, reason } = MEANING_OF_FAULT[query.fault ?? 'bug']
    this.#writer.start(query, rcode)
    if (query.fault === 'rate-limited' || query.fault === 'waiting-limit-unproven') this.#writer.cutShort()
    if (extendedError >= 0) this.#writer.setExtendedError(extendedError, null)
    query.rcode = rcode
    query.outLength = this.#writer.finish()
    query.logOutcome = logOutcome
    query.decision.reason = reason
  }
}
