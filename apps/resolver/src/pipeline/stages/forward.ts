import { ExtendedError } from '@weir/shared/dns/extended-error'
import { Rcode } from '@weir/shared/dns/rcode'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { type CacheTimes, cacheSeconds } from '../../cache/cacheability.ts'
import { Outcome } from '../../query/outcome.ts'
import type { UpstreamGroup } from '../../query/policy-parts.ts'
import type { Forwarder, ForwardReply, ForwardRequest, ResponseFacts } from '../../query/ports.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { Stage } from '../../query/stage.ts'
import { Flag } from '../../wire/header.ts'
import { clampTtls } from '../../wire/ttl.ts'
import type { CacheAccess } from './look-up-cache.ts'

const FORWARDED = OUTCOMES.indexOf('forwarded')
const STALE = OUTCOMES.indexOf('stale')
/** TTL of stale answers, RFC 8767 §4. */
const STALE_TTL_SECONDS = 30
/** With a stale answer at hand, a client waits this long for a fresh one (RFC 8767 §5). */
const STALE_PATIENCE_MS = 1800

export interface ForwardSettings extends CacheAccess {
  readonly times: CacheTimes
}

/** Calls `run` after `delayMs`, unless what it returns is called before; tests turn the clock themselves. */
export type After = (delayMs: number, run: () => void) => () => void

/** Asks the upstreams; keeps what may be kept; falls back on a stale answer where the upstreams fail or are slow. */
export function forward(forwarder: Forwarder, current: () => ForwardSettings, after: After): Stage {
  /**
   * Also for an answer that came too late for its client: the slot is another query's then, so only `request` counts.
   * @param hasStale a failure must not take the place of what can still be served stale (RFC 8767 §4)
   */
  const keep = (request: ForwardRequest, reply: ForwardReply, nowMs: number, hasStale: boolean): ForwardReply => {
    if (!reply.ok) return reply
    const { cache, times } = current()
    const { message, facts, upstreamIndex } = reply
    const seconds = cacheSeconds(facts, times)
    const isNegative = facts.kind === 'nodata' || facts.kind === 'nxdomain'
    // RFC 2308 §5: the SOA is sent with the time for which the negative answer holds, so that its age counts everywhere.
    const maxSeconds = isNegative && seconds > 0 ? seconds : times.maxTtlSeconds
    clampTtls(message, message.length, Math.min(times.minTtlSeconds, maxSeconds), maxSeconds)
    if (facts.kind === 'failure' && hasStale) return reply
    const key = { ...request, nameLength: request.name.length, upstreamGroupId: request.upstreams.id }
    if (seconds > 0) cache?.store(key, message, message.length, seconds, upstreamIndex, nowMs)
    return reply
  }

  return {
    name: 'forward',
    run(query) {
      const { upstreams } = query.decision
      if (upstreams === null) {
        query.fault = 'upstream-unreachable'
        return Outcome.Answered
      }
      const request = requestOf(query, upstreams)
      const nowMs = query.receivedAtMs
      const hasStale = query.stored !== null
      const asked = forwarder.forward(request).then((reply) => keep(request, reply, nowMs, hasStale))
      if (query.stored === null) return asked.then((reply) => settle(query, reply))
      return firstOf(asked, STALE_PATIENCE_MS, after).then((reply) => settle(query, reply))
    },
  }
}

const requestOf = ({ view, lookupName, lookupNameLength }: QueryContext, upstreams: UpstreamGroup): ForwardRequest => ({
  name: lookupName.slice(0, lookupNameLength),
  qtype: view.qtype,
  qclass: view.qclass,
  dnssecOk: view.dnssecOk,
  checkingDisabled: (view.flags & Flag.CD) !== 0,
  upstreams,
})

/** @returns the reply, or undefined when it was not there in time */
function firstOf(asked: Promise<ForwardReply>, patienceMs: number, after: After): Promise<ForwardReply | undefined> {
  return new Promise((resolve) => {
    const cancel = after(patienceMs, () => resolve(undefined))
    void asked.then((reply) => {
      cancel()
      resolve(reply)
    })
  })
}

/** A failure is passed on as the upstream worded it, but a stale answer is better than that. */
function settle(query: QueryContext, reply: ForwardReply | undefined): Outcome {
  const isAnswer = reply?.ok === true && reply.facts.kind !== 'failure'
  if (!isAnswer && query.stored !== null) return serveStale(query, query.stored)
  if (reply === undefined) query.fault = 'upstream-timeout'
  else if (!reply.ok) query.fault = reply.fault
  else if (isBetweenServersOnly(reply.facts)) query.fault = 'upstream-refused'
  else {
    query.stored = reply.message
    query.storedLength = reply.message.length
    query.extendedError = reply.facts.extendedError
  }
  query.upstreamIndex = reply?.upstreamIndex ?? -1
  query.logOutcome = FORWARDED
  return Outcome.Answered
}

/** RCODEs above 15 speak of EDNS between the upstream and us, and half an answer that TCP could not complete is none. */
const isBetweenServersOnly = ({ rcode, isTruncated }: ResponseFacts): boolean => rcode > Flag.RCODE || isTruncated

function serveStale(query: QueryContext, stored: Uint8Array): Outcome {
  clampTtls(stored, query.storedLength, STALE_TTL_SECONDS, STALE_TTL_SECONDS)
  const isNxdomain = (stored[3]! & Flag.RCODE) === Rcode.NXDOMAIN
  query.extendedError = isNxdomain ? ExtendedError.StaleNxdomainAnswer : ExtendedError.StaleAnswer
  query.logOutcome = STALE
  return Outcome.Answered
}
