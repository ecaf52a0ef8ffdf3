/** The interfaces that I/O implements and stages call: pipeline and I/O meet only here. */
import type { CheckedResponse } from '../wire/check-response.ts'
import type { QueryFault } from './fault.ts'
import type { UpstreamGroup } from './policy-parts.ts'
import type { QueryContext, QueryDone } from './query-context.ts'

/** A question to an upstream. Nothing of it changes until its last waiter has been told. */
export interface ForwardRequest {
  /** Wire labels, lower case, with the final zero; exactly its octets. */
  readonly name: Uint8Array
  readonly qtype: number
  readonly qclass: number
  readonly dnssecOk: boolean
  readonly checkingDisabled: boolean
  readonly upstreams: UpstreamGroup
}

export type ForwardReply =
  | {
      readonly ok: true
      /**
       * A whole, checked response in the first `length` octets: ID zero, QR set, one question equal to the request's,
       * every record inside the message, nothing behind the last one, no OPT record. Only valid until `land` returns.
       */
      readonly message: Uint8Array
      readonly length: number
      /** What the check of the response found: kind, TTLs, RCODE of twelve bits. */
      readonly facts: ResponseFacts
      readonly upstreamIndex: number
    }
  | { readonly ok: false; readonly fault: QueryFault; readonly upstreamIndex: number }

export type ResponseFacts = Omit<CheckedResponse, 'message' | 'length' | 'cookieOffset' | 'cookieOctets'>

/** Who waits for the reply to a request. An object and not a promise: a miss would go through half a dozen of them. */
export interface ForwardWaiter {
  /**
   * Must not throw.
   * @param isFirst of all that wait for this reply: only the first one may change the message, and what it changes the others see
   */
  land(reply: ForwardReply, isFirst: boolean): void
}

export interface Forwarder {
  /**
   * Lands once, within the group's timeouts, perhaps before this returns. Never throws.
   * Equal requests in flight share one upstream query.
   */
  forward(request: ForwardRequest, waiter: ForwardWaiter): void
}

/** Calls `run` after `delayMs`, unless what it returns is called before; tests turn the clock themselves. */
export type After = (delayMs: number, run: () => void) => () => void

/** Told by listeners that take several queries from a socket at once: they share one reading of the clock at either end. */
export interface BatchWatcher {
  /** The queries handled from now on were received then. @param startedAtMs monotonic, also in their `startedAtMs` */
  begin(startedAtMs: number): void
  /** The answers that were there at once are sent. */
  end(): void
}

/** Told by who reads several replies of upstreams at once. */
export interface ReplyWatcher {
  begin(): void
  end(): void
}

export interface Recorder extends BatchWatcher {
  /** Counts and logs one finished query; called exactly once for each, also for dropped ones. Must not throw or wait. */
  record(query: QueryContext): void
  /** Queries that have waited are finished from now on, at one reading of the clock. */
  beginResumed(): void
  endResumed(): void
}

/** What listeners call: fills the slot's `out`, and calls `done` exactly once, perhaps before it returns. */
export interface QueryHandler {
  handle(query: QueryContext, done: QueryDone): void
  /** For listeners that handle several queries at one reading of the clock. */
  readonly batches?: BatchWatcher
  /** For who reads several replies of upstreams at once: what waits for them goes on at their end. */
  readonly replies?: ReplyWatcher
  /** Pages that were read from disk to decide, so far: each may have held up what is ready to be sent. */
  pagesRead?(): number
}
