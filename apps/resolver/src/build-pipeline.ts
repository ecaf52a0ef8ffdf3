/** The way of a query: the stages in their order, each with the reason why it stands there (design section 2). */
import type { AccessList } from './limits/access-list.ts'
import type { ServerCookies } from './limits/server-cookies.ts'
import type { RateLimiter } from './limits/token-bucket.ts'
import type { Dns64Terms } from './pipeline/dns64-terms.ts'
import { Finisher } from './pipeline/finish/finish-query.ts'
import { ForwardBatch } from './pipeline/forward-batch.ts'
import type { PolicySource } from './pipeline/policy-source.ts'
import { resolveQuery } from './pipeline/resolve-query.ts'
import { answerAny } from './pipeline/stages/answer-any.ts'
import type { ForwardSettings } from './pipeline/stages/cache-access.ts'
import { checkAccess } from './pipeline/stages/check-access.ts'
import { checkCookie } from './pipeline/stages/check-cookie.ts'
import { dns64 } from './pipeline/stages/dns64.ts'
import { forward } from './pipeline/stages/forward.ts'
import { identifyClient } from './pipeline/stages/identify-client.ts'
import { limitRate } from './pipeline/stages/limit-rate.ts'
import { lookUpCache } from './pipeline/stages/look-up-cache.ts'
import { matchRules } from './pipeline/stages/match-rules.ts'
import type { Prefetcher, PrefetchSettings } from './pipeline/stages/prefetcher.ts'
import { refuseUnserved } from './pipeline/stages/refuse-unserved.ts'
import type { After, BatchWatcher, Forwarder, QueryHandler, Recorder } from './query/ports.ts'
import { ResponseWriter } from './wire/write-response.ts'

/** What the stages read, anew for each query: a reload replaces it whole, between two queries. */
export interface PipelineState extends PrefetchSettings, ForwardSettings {
  readonly policy: PolicySource
  /** Raised whenever anything here is another one: what was remembered under the one before no longer counts. */
  readonly edition: number
  readonly access: AccessList
  readonly limiter: RateLimiter
  readonly isAnyMinimal: boolean
  /** Null: switched off. */
  readonly dns64: Dns64Terms | null
}

export interface PipelineParts {
  current(): PipelineState
  /** Joins equal questions. */
  readonly forwarder: Forwarder
  readonly prefetcher: Prefetcher
  readonly recorder: Recorder
  readonly cookies: ServerCookies
  readonly after: After
  onBug(error: unknown): void
}

export function buildPipeline(parts: PipelineParts): QueryHandler {
  const { current, forwarder, prefetcher, recorder, cookies, after, onBug } = parts
  const together = new ForwardBatch(forwarder)
  const writer = new ResponseWriter()
  const policy = (): PolicySource => current().policy
  const gates = [
    // First: the rest must cost nothing to those who may not ask.
    checkAccess(() => current().access),
    // Above the rate: who proves an address has a rate of its own.
    checkCookie(cookies),
    // Above identify-client: the bucket's key must be the source address, which a client cannot choose freely.
    limitRate(() => current().limiter),
  ]
  const lookUp = lookUpCache(current, prefetcher)
  const stages = [
    // Before any rule: groups decide which rules hold.
    identifyClient(policy),
    // Above the cache, so that a rule acts on the very next query; above the two refusals below, so that a blocked name
    // is blocked in every type and class.
    matchRules(policy),
    refuseUnserved(),
    // Behind the rules: a blocked name is blocked for ANY too. Before the cache: nothing is fetched for it.
    answerAny(() => current().isAnyMinimal, writer),
    // Before the answers that it takes the place of; only for IPv6 addresses, where it is switched on.
    dns64(lookUp, current, together, after),
    lookUp,
    // Last: the only stage that waits.
    forward(together, current, after),
  ]
  const finisher = new Finisher(writer, current, recorder)
  const handler = resolveQuery(gates, stages, finisher, batchesOf(recorder, together), recorder, onBug)
  return { ...handler, pagesRead: () => policy().pagesRead }
}

/** At the end of a batch its questions are asked; what fails at once is still recorded with it. */
function batchesOf(recorder: Recorder, together: ForwardBatch): BatchWatcher {
  return {
    begin(startedAtMs) {
      recorder.begin(startedAtMs)
      together.begin()
    },
    end() {
      together.end()
      recorder.end()
    },
  }
}
