/**
 * DNS64 (RFC 6147): where a name has no IPv6 address, its IPv4 addresses are asked for, and sent inside IPv6 ones.
 *
 * It only decides and asks: `finish` looks at the IPv4 addresses, as rules and rewrites mean them, and puts them into the
 * prefix at last.
 */
import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import { Outcome } from '../../query/outcome.ts'
import type { After, Forwarder, ForwardReply } from '../../query/ports.ts'
import type { QueryContext } from '../../query/query-context.ts'
import type { Stage } from '../../query/stage.ts'
import { Flag } from '../../wire/header.ts'
import { canSynthesise } from '../../wire/synthesise-ipv6.ts'
import { RecordCursor, Section } from '../../wire/walk-records.ts'
import type { Dns64Terms } from '../dns64-terms.ts'
import type { ForwardSettings } from './cache-access.ts'
import { settle, turnAwayUnproven, WaitingQuery } from './forward.ts'
import { isDenied } from './look-up-cache.ts'
import { TurnAway } from './turn-away.ts'

/** RFC 6147 §5.1.7, where no SOA record says how long the lack of an IPv6 address holds. */
const DEFAULT_TTL_SECONDS = 600
/** ::ffff:0:0/96 in front: no address on the wire (RFC 6147 §5.1.4). */
const MAPPED_OCTETS = 12

export interface Dns64Settings extends ForwardSettings {
  /** Null: switched off. */
  readonly dns64: Dns64Terms | null
}

const cursor = new RecordCursor()

/** @param lookUp the stage that answers from the cache */
export function dns64(lookUp: Stage, current: () => Dns64Settings, forwarder: Forwarder, after: After): Stage {
  const turnAway = new TurnAway()
  const ask = (
    query: QueryContext,
    qtype: number,
    next: (query: QueryContext, reply: ForwardReply | null) => Outcome,
  ) => {
    const { upstreams } = query.decision
    if (upstreams === null) return next(query, { ok: false, fault: 'upstream-unreachable', upstreamIndex: -1 })
    return new WaitingQuery(query, upstreams, current, qtype, next).ask(forwarder, after)
  }

  function settleFirst(query: QueryContext, reply: ForwardReply | null): Outcome {
    settle(query, reply)
    return lookForIpv4(query)
  }

  function lookForIpv4(query: QueryContext): Outcome {
    const terms = current().dns64
    if (terms === null || query.fault !== null || query.stored === null || hasIpv6(query)) return Outcome.Answered
    query.synthesisTtlSeconds = lackSeconds(query)
    const before = { stored: query.stored.slice(0, query.storedLength), logOutcome: query.logOutcome }
    query.stored = null
    query.cacheSlot = -1
    query.view.qtype = RrType.A
    const outcome = lookUp.run(query)
    query.view.qtype = RrType.AAAA
    const use = (): Outcome => {
      const { stored } = query
      query.cacheSlot = -1
      if (query.fault === null && stored !== null && canSynthesise(stored, query.storedLength, terms.prefix)) {
        query.synthesis = terms.prefix
        return Outcome.Answered
      }
      query.fault = null
      query.stored = before.stored
      query.storedLength = before.stored.length
      query.logOutcome = before.logOutcome
      return Outcome.Answered
    }
    if (outcome === Outcome.Answered) return use()
    return ask(query, RrType.A, (_, reply) => {
      settle(query, reply)
      return use()
    })
  }

  return {
    name: 'dns64',
    run(query) {
      const terms = current().dns64
      if (terms === null || query.view.qtype !== RrType.AAAA || !mayGet(query, terms)) return Outcome.Continue
      const outcome = lookUp.run(query) === Outcome.Answered ? lookForIpv4(query) : ask(query, RrType.AAAA, settleFirst)
      return turnAwayUnproven(query, outcome, turnAway)
    },
  }
}

/** Who validates for itself (DO and CD, RFC 6147 §5.5) would take what was made up for forged. */
function mayGet({ view, lookupName, lookupNameLength }: QueryContext, { excludedNames }: Dns64Terms): boolean {
  if (view.qclass !== RrClass.IN || (view.dnssecOk && (view.flags & Flag.CD) !== 0)) return false
  return !excludedNames.some((name) => isAtOrBelow(lookupName, lookupNameLength, name))
}

/** An address that can be used; or the name does not exist, for IPv4 neither. */
function hasIpv6(query: QueryContext): boolean {
  const stored = query.stored!
  if (isDenied(stored)) return true
  cursor.start(stored, query.storedLength)
  while (cursor.next() && cursor.section === Section.Answer)
    if (cursor.rrType === RrType.AAAA && !isMappedAt(stored, cursor.rdataOffset)) return true
  return false
}

function isMappedAt(message: Uint8Array, at: number): boolean {
  for (let i = 0; i < MAPPED_OCTETS; i++) if (message[at + i] !== (i < 10 ? 0 : 0xff)) return false
  return true
}

/** How long the lack of an IPv6 address holds. */
function lackSeconds(query: QueryContext): number {
  cursor.start(query.stored!, query.storedLength)
  while (cursor.next())
    if (cursor.section === Section.Authority && cursor.rrType === RrType.SOA) return cursor.ttlSeconds
  return DEFAULT_TTL_SECONDS
}

function isAtOrBelow(name: Uint8Array, length: number, above: Uint8Array): boolean {
  let at = 0
  while (length - at > above.length) at += name[at]! + 1
  if (length - at !== above.length) return false
  for (let i = 0; i < above.length; i++) if (name[at + i] !== above[i]) return false
  return true
}
