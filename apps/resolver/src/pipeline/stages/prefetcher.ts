/**
 * Fetches popular answers anew shortly before they end, so that nobody has to wait for them.
 *
 * Off the answering path: a query that meets such an answer is answered from the cache, and the question goes upstream
 * once the batch is done. Names that nobody asks for any more end as before.
 */
import type { UpstreamGroup } from '../../query/policy-parts.ts'
import type { After, Forwarder, ForwardReply, ForwardRequest, ForwardWaiter } from '../../query/ports.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { CacheHit, CacheKey } from '../../query/response-cache.ts'
import { Flag } from '../../wire/header.ts'
import type { KeepSettings } from './cache-access.ts'
import { keepAnswer } from './keep-answer.ts'

/** The last tenth of an answer's life: upstreams see a tenth more queries for popular names at most. */
const FROM_AGE_SHARE = 0.9
/** Hits that an answer has had in its life, before this one, so that it counts as popular. */
const POPULAR_HITS = 3
/** Under way in one worker. */
const MAX_UNDER_WAY = 64

export interface PrefetchSettings extends KeepSettings {
  readonly prefetches: boolean
}

export interface PrefetchCounters {
  started: number
  /** Too many were under way: the next query for the name may try again. */
  leftOut: number
}

export class Prefetcher {
  readonly counters: PrefetchCounters = { started: 0, leftOut: 0 }
  readonly #forwarder: Forwarder
  readonly #current: () => PrefetchSettings
  readonly #after: After
  /** Places in the cache whose answers are being fetched. */
  readonly #underWay = new Set<number>()
  readonly #waiting: Prefetch[] = []

  /** @param after as the clock of `forward` */
  constructor(forwarder: Forwarder, current: () => PrefetchSettings, after: After) {
    this.#forwarder = forwarder
    this.#current = current
    this.#after = after
  }

  /** Called for each fresh answer from the cache; nearly always there is nothing to do. */
  see(query: QueryContext, hit: CacheHit): void {
    if (hit.ageShare < FROM_AGE_SHARE || hit.hitCount < POPULAR_HITS || hit.slot < 0) return
    const { upstreams } = query.decision
    if (upstreams === null || !this.#current().prefetches || this.#underWay.has(hit.slot)) return
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      this.counters.leftOut++
      return
    }
    this.#underWay.add(hit.slot)
    if (this.#waiting.length === 0) this.#after(0, this.#start)
    const { slot } = hit
    const done = (): void => void this.#underWay.delete(slot)
    this.#waiting.push(new Prefetch(query, upstreams, this.#current, done))
  }

  readonly #start = (): void => {
    for (const prefetch of this.#waiting.splice(0)) {
      this.counters.started++
      this.#forwarder.forward(prefetch, prefetch)
    }
  }
}

/** One question that is asked although its answer is still there, and what the new one is kept under. */
class Prefetch implements ForwardRequest, ForwardWaiter, CacheKey {
  readonly name: Uint8Array
  readonly nameLength: number
  readonly qtype: number
  readonly qclass: number
  readonly dnssecOk: boolean
  readonly checkingDisabled: boolean
  readonly upstreams: UpstreamGroup
  readonly upstreamGroupId: number
  readonly #askedAtMs: number
  readonly #current: () => PrefetchSettings
  readonly #done: () => void

  constructor(query: QueryContext, upstreams: UpstreamGroup, current: () => PrefetchSettings, done: () => void) {
    const { view } = query
    this.name = query.lookupName.slice(0, query.lookupNameLength)
    this.nameLength = query.lookupNameLength
    this.qtype = view.qtype
    this.qclass = view.qclass
    this.dnssecOk = view.dnssecOk
    this.checkingDisabled = (view.flags & Flag.CD) !== 0
    this.upstreams = upstreams
    this.upstreamGroupId = upstreams.id
    this.#askedAtMs = query.receivedAtMs
    this.#current = current
    this.#done = done
  }

  land(reply: ForwardReply, isFirst: boolean): void {
    this.#done()
    // What there is stays when the upstreams fail: it has not ended yet, and may be served stale later.
    if (reply.ok && isFirst) keepAnswer(this.#current(), this, reply, this.#askedAtMs, true)
  }
}
