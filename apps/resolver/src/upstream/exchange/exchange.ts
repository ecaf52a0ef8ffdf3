/** One question to one server over one transport, one checked reply: what udp, tcp, tls and https have in common. */
import type { CheckedResponse } from '../../wire/check-response.ts'
import type { UpstreamCookie } from './upstream-cookie.ts'

/** What is asked. `name` is wire labels in lower case, exactly its octets; it stays unchanged until the reply. */
export interface UpstreamQuestion {
  readonly name: Uint8Array
  readonly qtype: number
  readonly qclass: number
  readonly dnssecOk: boolean
  readonly checkingDisabled: boolean
}

export interface ExchangeOptions {
  readonly timeoutMs: number
  /** With an OPT record (RFC 6891). */
  readonly withEdns: boolean
  /** With letters in random case, which the reply must repeat (draft-vixie-dnsext-dns0x20). */
  readonly mixCase: boolean
  /** Sent along, and its echo looked for, over UDP and with EDNS alone: a connection proves as much. Null: none. */
  readonly cookie: UpstreamCookie | null
}

export type ExchangeFault =
  | 'timeout'
  /** Refused, no route, no certificate that fits, connection lost. */
  | 'unreachable'
  /** So many wrong replies came that somebody may be guessing: ask over a connection. */
  | 'mismatch'
  /** All fits but the case of the question. */
  | 'case-mismatch'
  /** All fits, but the server has sent cookies before, and did not now. */
  | 'cookie-missing'
  /** FORMERR or NOTIMP without a question, as servers answer that never heard of OPT. */
  | 'edns-refused'
  /** Too many queries under way here. */
  | 'overloaded'

export type ExchangeReply =
  | {
      readonly ok: true
      readonly response: CheckedResponse
      /** The question came back in the case in which it was sent. */
      readonly isCaseKept: boolean
    }
  | { readonly ok: false; readonly fault: ExchangeFault; readonly detail: string }

/** Takes a reply. Its message may lie in memory that is used again: it is only valid until this returns. Must not throw. */
export type Settle = (reply: ExchangeReply) => void

export interface Exchange {
  /**
   * Settles once, within `timeoutMs`, perhaps before this returns. What is not the reply is ignored and counted, and
   * the wait goes on.
   */
  exchange(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void
  /** Settles what is under way as unreachable and frees sockets and timers. */
  close(): void
}

/** What one transport has seen that was not a reply to a question of ours. */
export interface ExchangeCounters {
  wrongReplies: number
  /** Connections or sockets opened. */
  opened: number
}

export const failed = (fault: ExchangeFault, detail: string): ExchangeReply => ({ ok: false, fault, detail })
