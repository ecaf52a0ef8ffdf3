/**
 * All that is known of one query on its way. A slot, not a value: listeners own a fixed number and use them again.
 *
 * While a query waits for an upstream its slot is out of rotation, so that `message`, `view` and `out` stay its own.
 */
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { asksForPadding } from '../wire/padding.ts'
import { QueryView } from '../wire/query-view.ts'
import { RESPONSE_COOKIE_OCTETS } from '../wire/write-opt.ts'
import { Decision } from './decision.ts'
import type { QueryFault } from './fault.ts'
import { Privacy } from './log-privacy.ts'
import type { Outcome } from './outcome.ts'
import type { Trial } from './trial.ts'

export const Transport = { Udp: 0, Tcp: 1, Tls: 2, Https: 3 } as const
/** Position in TRANSPORTS of the contract. */
export type Transport = (typeof Transport)[keyof typeof Transport]

/** One alias on the way from the name asked for to the name looked up. */
export interface AliasStep {
  /** Wire labels with the final zero. */
  readonly target: Uint8Array
  readonly ttlSeconds: number
}

/** Takes up queries again whose stage returned Waiting; one of the two is called, once for each. Neither throws. */
export interface QueryRunner {
  /** @param outcome anything but Waiting */
  resume(query: QueryContext, outcome: Outcome): void
  /** The stage failed by a bug. */
  fail(query: QueryContext, error: unknown): void
}

/** @param send false when nothing must be sent; the slot is free afterwards */
export type QueryDone = (query: QueryContext, send: boolean) => void

/** What a query's cookie says of who sent it (RFC 7873 §5.2). */
export const CookieState = {
  None: 0,
  /** The client's part alone. */
  ClientOnly: 1,
  /** A server's part that is not ours, or no longer. */
  Wrong: 2,
  /** Ours: the client gets what is sent to its address. */
  Valid: 3,
} as const
export type CookieState = (typeof CookieState)[keyof typeof CookieState]

export class QueryContext {
  /** The octets as received; `messageLength` of them. May be longer, may be a part of a shared arena. */
  message: Uint8Array
  messageLength = 0
  /** The response is written here, from 0; `outLength` octets. At least 512 long, 65,535 on streams. */
  out: Uint8Array
  outLength = 0
  transport: Transport = Transport.Udp
  /** How long its connection may be idle; -1: it came by none, or HTTP says so itself. Of the slot: set by the listener. */
  idleTimeoutMs = -1

  /** 16 octets in network order; IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
  readonly clientAddress = new Uint8Array(16)
  clientPort = 0
  cookieState: CookieState = CookieState.None
  /** What is sent back, unless `cookieState` is None. */
  readonly responseCookie = new Uint8Array(RESPONSE_COOKIE_OCTETS)
  /** As the DoH path or the DoT server name have it, lower case; empty: none. */
  clientId = ''
  /** Weir itself asks: it is neither logged nor counted. Of the slot, and not of one query: `reset` leaves it. */
  isOwn = false

  readonly view = new QueryView()
  /** The name to look up: `view.qname` itself until an alias replaces it. Wire labels, lower case. */
  lookupName: Uint8Array = this.view.qname
  lookupNameLength = 0
  /** Targets of the aliases followed so far, in order, wire names; the last one is `lookupName`. */
  readonly aliases: AliasStep[] = []
  /** An upstream's answer to `lookupName`, fresh or cached, as yet without our policy; ID zero, no OPT. */
  stored: Uint8Array | null = null
  storedLength = 0
  /** `stored` holds IPv4 addresses, in whose place IPv6 ones are sent (RFC 6147); null: nearly always. */
  synthesis: AddressPrefix | null = null
  /** Seconds that they hold at most. */
  synthesisTtlSeconds = 0
  /** Where in the cache `stored` comes from, so that what was found out about it once need not be again; -1: not from there. */
  cacheSlot = -1
  cacheSequence = 0

  readonly decision = new Decision()
  /** Of this query while `isTried`. */
  trial: Trial | null = null
  /** Something that only records matches: see `trial`. */
  isTried = false
  /** What it would have done, position in POLICY_EFFECTS, -1: nothing; and by which rule or list, 0: none. */
  shadowEffect = -1
  shadowRuleId = 0
  shadowListId = 0
  fault: QueryFault | null = null
  /** Position in OUTCOMES of the contract; set by the stage that answers. */
  logOutcome = 0
  rcode = 0
  /** INFO-CODE of RFC 8914, -1: none. A block's text is in decision.block. */
  extendedError = -1
  /** Index in the upstream table, -1: none asked. */
  upstreamIndex = -1
  groupId = 1
  /** What the log may keep of it; set when it is finished. */
  privacy: Privacy = Privacy.Full

  /** Who goes on with the query when it has waited, and who is told that it is done; set when it is handled. */
  runner: QueryRunner | null = null
  done: QueryDone | null = null
  /** Position of the stage that waits. */
  stageIndex = 0

  // NaN and not 0: the engine keeps a field that began as a small integer apart from one that holds fractions.
  /** Wall clock, ms; read once per batch. */
  receivedAtMs = Number.NaN
  /** Monotonic, ms with fraction; read once per batch. */
  startedAtMs = Number.NaN

  constructor(message: Uint8Array, out: Uint8Array) {
    this.message = message
    this.out = out
  }

  /** Octets that the response may have on this transport, RFC 6891 §6.2.3 and RFC 9715. */
  get maxResponseOctets(): number {
    if (this.transport !== Transport.Udp) return Math.min(65_535, this.out.length)
    if (!this.view.hasOpt) return 512
    return Math.min(Math.max(this.view.payloadSize, 512), MAX_UDP_PAYLOAD_OCTETS, this.out.length)
  }

  get cookie(): Uint8Array | null {
    return this.cookieState === CookieState.None ? null : this.responseCookie
  }

  /** Its address is not forged: a connection was made, or our cookie came back from there. */
  get isAddressProven(): boolean {
    return this.transport !== Transport.Udp || this.cookieState === CookieState.Valid
  }

  /** The idle time to tell to who asks for it (RFC 7828), in tenths of a second; -1: nobody does. */
  get keepaliveTenths(): number {
    if (this.idleTimeoutMs < 0 || !this.view.asksKeepalive) return -1
    return Math.min(Math.floor(this.idleTimeoutMs / 100), 0xffff)
  }

  /** RFC 8467: where nobody can read the message, its length is not to tell what is in it. */
  get wantsPadding(): boolean {
    if (this.transport !== Transport.Tls && this.transport !== Transport.Https) return false
    return asksForPadding(this.message, this.view)
  }

  /** Clears what the query before has left; listeners set message, client, transport and times afterwards. */
  reset(): void {
    this.outLength = 0
    this.cookieState = CookieState.None
    this.lookupName = this.view.qname
    this.lookupNameLength = 0
    // Setting a length is slow, even to what it is.
    if (this.aliases.length > 0) this.aliases.length = 0
    this.stored = null
    this.storedLength = 0
    this.synthesis = null
    this.cacheSlot = -1
    this.decision.reset()
    if (this.isTried) this.#resetTrial()
    this.fault = null
    this.logOutcome = 0
    this.rcode = 0
    this.extendedError = -1
    this.upstreamIndex = -1
    this.groupId = 1
    this.clientId = ''
  }

  #resetTrial(): void {
    this.isTried = false
    this.shadowEffect = -1
    this.shadowRuleId = 0
    this.shadowListId = 0
  }
}

/** What passes common paths without fragments (RFC 9715, DNS Flag Day 2020). */
export const MAX_UDP_PAYLOAD_OCTETS = 1232
