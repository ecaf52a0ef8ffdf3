/** A query under way: what was sent, and how to tell its reply from anything else. */
import { Rcode } from '@weir/shared/dns/rcode'
import { checkResponse } from '../../wire/check-response.ts'
import { Flag, HEADER_OCTETS, HeaderOffset, readFlags } from '../../wire/header.ts'
import { readUint16 } from '../../wire/octets.ts'
import type { Sender } from './datagram-channel.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import { errorText } from './error-text.ts'
import { type ExchangeReply, failed, type Settle, type UpstreamQuestion } from './exchange.ts'
import { isNameInCase } from './name-case.ts'
import { CookieVerdict, type UpstreamCookie } from './upstream-cookie.ts'

/** Wrong replies with the right ID that are ignored; one more, and somebody is guessing: the query goes to TCP. */
const MAX_WRONG_REPLIES = 8

/** What was sent, how long its reply may take, and who wants it. */
export interface SentQuestion {
  readonly question: UpstreamQuestion
  /** Which letters of the name were sent in upper case. */
  readonly caseBits: number
  /** The case was mixed, and the way is one that can be forged from aside. */
  readonly mustKeepCase: boolean
  /** What was sent along, to be looked for in the reply; null: none. */
  readonly cookie: UpstreamCookie | null
  readonly timeoutMs: number
  readonly settle: Settle
}

/** The socket, connection or session that the query was sent by. */
export interface QueryOwner {
  readonly deadlines: Deadlines
  /** Called before the reply is passed on. */
  onSettled(query: PendingQuery): void
}

export class PendingQuery extends Deadline implements Sender {
  readonly id: number
  isSettled = false
  /** In the list of its socket's table; the table's. */
  next: PendingQuery | null = null
  readonly #question: UpstreamQuestion
  readonly #caseBits: number
  readonly #mustKeepCase: boolean
  readonly #cookie: UpstreamCookie | null
  readonly #deadlines: Deadlines
  readonly #owner: QueryOwner
  readonly #settle: Settle
  #wrongReplies = 0

  constructor(
    id: number,
    { question, caseBits, mustKeepCase, cookie, timeoutMs, settle }: SentQuestion,
    owner: QueryOwner,
  ) {
    super()
    this.id = id
    this.#question = question
    this.#caseBits = caseBits
    this.#mustKeepCase = mustKeepCase
    this.#cookie = cookie
    this.#owner = owner
    this.#settle = settle
    this.#deadlines = owner.deadlines
    this.#deadlines.set(this, timeoutMs)
  }

  onSendFailed(error: Error): void {
    this.settle(failed('unreachable', errorText(error)))
  }

  onDue(): void {
    this.settle(failed('timeout', 'no reply in time'))
  }

  /** Settles once; later calls do nothing. */
  settle(reply: ExchangeReply): void {
    if (this.isSettled) return
    this.isSettled = true
    this.#deadlines.cancel(this)
    this.#owner.onSettled(this)
    this.#settle(reply)
  }

  /**
   * Takes a message that came with this query's ID from the right address.
   * @returns true when it was the reply: the query is settled
   */
  offer(message: Uint8Array, length: number): boolean {
    const { name, qtype, qclass } = this.#question
    // Before the check, which brings the name into lower case.
    const isCaseKept = isNameInCase(message, HEADER_OCTETS, name, this.#caseBits)
    const checked = checkResponse(message, length, { id: this.id, name, qtype, qclass })
    if (!checked.ok) return isEdnsRefusal(message, length) ? this.#refusesEdns() : this.#wrong()
    const { message: octets, isTruncated, cookieOffset, cookieOctets } = checked.value
    const verdict = this.#cookie?.judge(octets, cookieOffset, cookieOctets) ?? CookieVerdict.Good
    if (verdict === CookieVerdict.Forged) return this.#wrong()
    // What is cut is asked for again over TCP anyway.
    if (verdict === CookieVerdict.Missing && !isTruncated) return this.#end(cookieMissing())
    if (!isCaseKept && this.#mustKeepCase)
      return this.#end(failed('case-mismatch', 'question came back in another case'))
    return this.#end({ ok: true, response: checked.value, isCaseKept })
  }

  #refusesEdns(): true {
    return this.#end(this.#cookie?.isExpected ? cookieMissing() : failed('edns-refused', 'server refuses EDNS'))
  }

  #end(reply: ExchangeReply): true {
    this.settle(reply)
    return true
  }

  #wrong(): boolean {
    if (++this.#wrongReplies <= MAX_WRONG_REPLIES) return false
    return this.#end(failed('mismatch', `${this.#wrongReplies} wrong replies`))
  }
}

const cookieMissing = (): ExchangeReply =>
  failed('cookie-missing', 'no cookie in the reply of a server that sends cookies')

/** A bare header, as very old servers and some firewalls answer an OPT record. Forging it gains a retry without EDNS, no more. */
function isEdnsRefusal(message: Uint8Array, length: number): boolean {
  if (length !== HEADER_OCTETS || readUint16(message, HeaderOffset.qdcount) !== 0) return false
  const flags = readFlags(message)
  const rcode = flags & Flag.RCODE
  return (flags & Flag.QR) !== 0 && (rcode === Rcode.FORMERR || rcode === Rcode.NOTIMP)
}
