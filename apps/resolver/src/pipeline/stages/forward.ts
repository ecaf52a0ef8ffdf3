import { ExtendedError } from '@weir/shared/dns/extended-error'
import { Rcode } from '@weir/shared/dns/rcode'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { NO_PLACE, NOT_COUNTED, type WaitingLimit } from '../../limits/waiting-limit.ts'
import { Outcome } from '../../query/outcome.ts'
import type { UpstreamGroup } from '../../query/policy-parts.ts'
import type { After, Forwarder, ForwardReply, ForwardRequest, ForwardWaiter, ResponseFacts } from '../../query/ports.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { CacheKey } from '../../query/response-cache.ts'
import type { Stage } from '../../query/stage.ts'
import { Flag } from '../../wire/header.ts'
import { copyOctets } from '../../wire/octets.ts'
import { clampTtls } from '../../wire/ttl.ts'
import type { ForwardSettings } from './cache-access.ts'
import { isLastWord, keepAnswer } from './keep-answer.ts'
import { TurnAway } from './turn-away.ts'

const FORWARDED = OUTCOMES.indexOf('forwarded')
const STALE = OUTCOMES.indexOf('stale')
const TURNED_AWAY: ForwardReply = { ok: false, fault: 'waiting-limit', upstreamIndex: -1 }
/** TTL of stale answers, RFC 8767 §4. */
const STALE_TTL_SECONDS = 30
/** With a stale answer at hand, a client waits this long for a fresh one (RFC 8767 §5). */
const STALE_PATIENCE_MS = 1800

/** Asks the upstreams; keeps what may be kept; falls back on a stale answer where the upstreams fail or are slow. */
export function forward(forwarder: Forwarder, current: () => ForwardSettings, after: After): Stage {
  const turnAway = new TurnAway()
  return {
    name: 'forward',
    run(query) {
      const { upstreams } = query.decision
      if (upstreams === null) {
        query.fault = 'upstream-unreachable'
        return Outcome.Answered
      }
      const outcome = new WaitingQuery(query, upstreams, current, query.view.qtype, settleAnswered).ask(
        forwarder,
        after,
      )
      return turnAwayUnproven(query, outcome, turnAway)
    },
  }
}

/** An answer to an address that may be forged is the attack itself: see TurnAway. @param outcome of a query that has just been asked for */
export function turnAwayUnproven(query: QueryContext, outcome: Outcome, turnAway: TurnAway): Outcome {
  if (query.fault !== 'waiting-limit' || query.isAddressProven) return outcome
  return turnAway.run(query, 'waiting-limit-unproven')
}

function settleAnswered(query: QueryContext, reply: ForwardReply | null): Outcome {
  settle(query, reply)
  return Outcome.Answered
}

/** A query that waits for upstreams, what it asks of them, and what its answer is kept under. */
export class WaitingQuery implements ForwardRequest, ForwardWaiter, CacheKey {
  readonly name: Uint8Array
  readonly nameLength: number
  readonly qtype: number
  readonly qclass: number
  readonly dnssecOk: boolean
  readonly checkingDisabled: boolean
  readonly upstreams: UpstreamGroup
  readonly #current: () => ForwardSettings
  readonly #askedAtMs: number
  readonly #hasStale: boolean
  readonly #settle: (query: QueryContext, reply: ForwardReply | null) => Outcome
  #outcome: Outcome = Outcome.Answered
  /** Null once it has been answered: the slot may be another query's, but a late reply is still worth keeping. */
  #query: QueryContext | null
  /** True once `ask` has said Waiting: before, the outcome is simply returned. */
  #isWaiting = false
  #stopWaiting: (() => void) | null = null
  readonly #waiting: WaitingLimit
  /** Of its client's queries that wait. */
  #place = NOT_COUNTED

  /** @param settle turns the reply (null: not there in time) into what comes next; it may ask again, and say Waiting */
  constructor(
    query: QueryContext,
    upstreams: UpstreamGroup,
    current: () => ForwardSettings,
    qtype: number,
    settle: (query: QueryContext, reply: ForwardReply | null) => Outcome,
  ) {
    const { view } = query
    this.name = query.lookupName.slice(0, query.lookupNameLength)
    this.nameLength = query.lookupNameLength
    this.qtype = qtype
    this.#settle = settle
    this.qclass = view.qclass
    this.dnssecOk = view.dnssecOk
    this.checkingDisabled = (view.flags & Flag.CD) !== 0
    this.upstreams = upstreams
    this.#current = current
    this.#waiting = current().waiting
    this.#askedAtMs = query.receivedAtMs
    this.#hasStale = query.stored !== null
    this.#query = query
  }

  get upstreamGroupId(): number {
    return this.upstreams.id
  }

  ask(forwarder: Forwarder, after: After): Outcome {
    const { isOwn, clientAddress, isAddressProven } = this.#query!
    if (!isOwn) this.#place = this.#waiting.take(clientAddress, isAddressProven)
    if (this.#place === NO_PLACE) {
      this.#end(TURNED_AWAY, false)
      return this.#outcome
    }
    forwarder.forward(this, this)
    if (this.#query === null) return this.#outcome
    this.#isWaiting = true
    if (this.#hasStale) this.#stopWaiting = after(STALE_PATIENCE_MS, () => this.#end(null, false))
    return Outcome.Waiting
  }

  land(reply: ForwardReply, isFirst: boolean): void {
    this.#stopWaiting?.()
    this.#end(reply, isFirst)
  }

  /** @param reply null when it was not there in time */
  #end(reply: ForwardReply | null, isFirst: boolean): void {
    const query = this.#query
    this.#query = null
    // A late reply comes here once more: its client is gone.
    if (query !== null) this.#waiting.leave(this.#place)
    try {
      // Also an answer that came too late for its client.
      if (isFirst && reply?.ok) keepAnswer(this.#current(), this, reply, this.#askedAtMs, this.#hasStale)
      if (query !== null) this.#outcome = this.#settle(query, reply)
    } catch (error) {
      // Before `ask` has returned, whoever runs the stages catches it.
      if (!this.#isWaiting) throw error
      if (query !== null) query.runner?.fail(query, error)
      return
    }
    if (query !== null && this.#isWaiting && this.#outcome !== Outcome.Waiting)
      query.runner?.resume(query, this.#outcome)
  }
}

/** A failure is passed on as the upstream worded it, but a stale answer is better than that. */
export function settle(query: QueryContext, reply: ForwardReply | null): void {
  query.upstreamIndex = reply?.upstreamIndex ?? -1
  query.logOutcome = FORWARDED
  const isAnswer = reply?.ok === true && isLastWord(reply.facts)
  if (!isAnswer && query.stored !== null) return serveStale(query, query.stored)
  if (reply === null) query.fault = 'upstream-timeout'
  else if (!reply.ok) query.fault = reply.fault
  else if (isBetweenServersOnly(reply.facts)) query.fault = 'upstream-refused'
  else {
    takeOver(query, reply.message, reply.length)
    query.extendedError = reply.facts.extendedError
  }
}

/** Copies the answer, once, to where the response is written; elsewhere when it does not fit, or follows aliases of ours. */
function takeOver(query: QueryContext, message: Uint8Array, length: number): void {
  query.storedLength = length
  if (query.aliases.length > 0 || length > query.out.length) query.stored = message.slice(0, length)
  else {
    copyOctets(message, 0, length, query.out, 0)
    query.stored = query.out
  }
}

/** RCODEs above 15 speak of EDNS between the upstream and us, and half an answer that TCP could not complete is none. */
const isBetweenServersOnly = ({ rcode, isTruncated }: ResponseFacts): boolean => rcode > Flag.RCODE || isTruncated

function serveStale(query: QueryContext, stored: Uint8Array): void {
  clampTtls(stored, query.storedLength, STALE_TTL_SECONDS, STALE_TTL_SECONDS)
  const isNxdomain = (stored[3]! & Flag.RCODE) === Rcode.NXDOMAIN
  query.extendedError = isNxdomain ? ExtendedError.StaleNxdomainAnswer : ExtendedError.StaleAnswer
  query.logOutcome = STALE
}
