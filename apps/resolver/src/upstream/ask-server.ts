/**
 * How one server is asked: UDP first, TCP where UDP will not do, and what the server cannot do remembered for a while.
 *
 * | what came                                   | what follows                                                        |
 * |---------------------------------------------|---------------------------------------------------------------------|
 * | TC (RFC 7766 §5)                            | the same over TCP                                                   |
 * | many wrong replies (RFC 5452 §9; TuDoor)    | the same over TCP, which nobody can forge from aside                |
 * | another case than sent                      | the same over TCP; if the server does not keep case, no 0x20 to it  |
 * | FORMERR, NOTIMP to a query with OPT         | without OPT; if that helps, no OPT to it (RFC 6891 §6.2.2)          |
 * | the same to a cookie, as yet unanswered     | without the cookie first; if that helps, no cookies to it           |
 * | silence to a cookie, as yet unanswered      | the next queries go without: some throw away what they do not know  |
 * | BADCOOKIE (RFC 7873 §5.3)                   | the same with the cookie that came along; the second time over TCP  |
 * | no cookie from a server that sends cookies  | the same over TCP; no cookies to it: its name may stand for several |
 *
 * At most MAX_EXCHANGES for one call, all within its time.
 */

import type { Clock } from '@weir/shared/clock'
import { Rcode } from '@weir/shared/dns/rcode'
import { type CookieCounters, CookieJar } from './cookie-jar.ts'
import type { Exchange, ExchangeOptions, ExchangeReply, Settle, UpstreamQuestion } from './exchange/exchange.ts'
import { RandomOctets } from './exchange/random-octets.ts'
import type { UpstreamCookie } from './exchange/upstream-cookie.ts'

const MAX_EXCHANGES = 4
/** For how long a server is asked without what it could not do. */
const REMEMBER_MS = 15 * 60_000

export interface ServerExchanges {
  /** Null: this server is never asked over UDP. */
  readonly datagram: Exchange | null
  readonly stream: Exchange
}

export class ServerAsker {
  readonly #exchanges: ServerExchanges
  readonly #clock: Clock
  #withoutEdnsUntilMs = 0
  #withoutCaseUntilMs = 0
  #withoutCookieUntilMs = 0
  readonly #cookies: CookieJar | null
  readonly #counters: CookieCounters

  /** @param random for cookies */
  constructor(
    exchanges: ServerExchanges,
    clock: Clock,
    random = new RandomOctets(),
    counters: CookieCounters = { badCookies: 0, missingCookies: 0 },
  ) {
    this.#counters = counters
    this.#exchanges = exchanges
    this.#clock = clock
    this.#cookies = exchanges.datagram && new CookieJar(random)
  }

  /** Settles once, within `timeoutMs`, perhaps before this returns. */
  ask(question: UpstreamQuestion, timeoutMs: number, settle: Settle): void {
    const nowMs = this.#clock.monotonic()
    const attempt = new Attempt(this, question, nowMs + timeoutMs, settle)
    attempt.withEdns = nowMs >= this.#withoutEdnsUntilMs
    attempt.mixCase = nowMs >= this.#withoutCaseUntilMs
    attempt.isOverStream = this.#exchanges.datagram === null
    if (nowMs >= this.#withoutCookieUntilMs) attempt.cookie = this.#cookies?.at(nowMs) ?? null
    attempt.timeoutMs = timeoutMs
    this.#exchange(attempt)
  }

  close(): void {
    this.#exchanges.datagram?.close()
    this.#exchanges.stream.close()
  }

  /** Called by an attempt with what its exchange brought: ends it, or sends it out once more. */
  take(attempt: Attempt, reply: ExchangeReply): void {
    this.#noteCookie(attempt, reply)
    if (!this.#adapt(attempt, reply)) return attempt.settle(reply)
    attempt.timeoutMs = attempt.deadlineMs - this.#clock.monotonic()
    if (attempt.timeoutMs < 1 || ++attempt.exchangeCount >= MAX_EXCHANGES) return attempt.settle(reply)
    this.#exchange(attempt)
  }

  #exchange(attempt: Attempt): void {
    const { datagram, stream } = this.#exchanges
    const exchange = attempt.isOverStream || datagram === null ? stream : datagram
    exchange.exchange(attempt.question, attempt, attempt.take)
  }

  /** Changes `attempt` as the table above says. @returns false when the reply is the last word */
  #adapt(attempt: Attempt, reply: ExchangeReply): boolean {
    if (isEdnsRefused(reply) && attempt.withEdns) {
      if (attempt.dropUnansweredCookie()) return true
      attempt.withEdns = false
      attempt.isEdnsInDoubt = true
      return true
    }
    if (attempt.isEdnsInDoubt && reply.ok && !isEdnsRefused(reply))
      this.#withoutEdnsUntilMs = this.#clock.monotonic() + REMEMBER_MS
    if (attempt.isCaseInDoubt) return this.#judgeCase(attempt, reply)
    if (attempt.isCookieInDoubt) return judgeCookie(attempt, reply)
    if (attempt.isOverStream) return false
    if (isBadCookie(reply) && attempt.cookie !== null && !attempt.isCookieRenewed) {
      attempt.isCookieRenewed = true
      return true
    }
    if (!asksForStream(reply)) return false
    attempt.isOverStream = true
    attempt.isCookieInDoubt = !reply.ok && reply.fault === 'cookie-missing'
    attempt.isCaseInDoubt = !reply.ok && reply.fault === 'case-mismatch'
    return true
  }

  /** What a reply over UDP says of the server and cookies. */
  #noteCookie({ cookie, withEdns, isOverStream, isCookieRefused }: Attempt, reply: ExchangeReply): void {
    if (this.#cookies === null || isOverStream) return
    const isAnswered = reply.ok && !isEdnsRefused(reply)
    if (cookie !== null && isAnswered) this.#cookies.isAnswered = true
    const isSilence = cookie !== null && !reply.ok && reply.fault === 'timeout' && !this.#cookies.isAnswered
    const isMissing = !reply.ok && reply.fault === 'cookie-missing'
    if (isBadCookie(reply)) this.#counters.badCookies++
    if (isMissing) {
      this.#counters.missingCookies++
      this.#cookies.renew()
    }
    if (isSilence || isMissing || (isCookieRefused && withEdns && isAnswered))
      this.#withoutCookieUntilMs = this.#clock.monotonic() + REMEMBER_MS
  }

  /** After a case mismatch, over TCP: either the server does not keep case, or the UDP reply was forged. */
  #judgeCase(attempt: Attempt, reply: ExchangeReply): boolean {
    attempt.isCaseInDoubt = false
    if (reply.ok && reply.isCaseKept) return false
    this.#withoutCaseUntilMs = this.#clock.monotonic() + REMEMBER_MS
    if (reply.ok) return false
    // A server that neither keeps case nor speaks TCP: without 0x20 it is as good as any resolver without it.
    attempt.mixCase = false
    attempt.isOverStream = false
    return true
  }
}

/** One call, and what its next exchange is like. */
class Attempt implements ExchangeOptions {
  timeoutMs = 0
  withEdns = true
  mixCase = true
  isOverStream = false
  isEdnsInDoubt = false
  isCaseInDoubt = false
  isCookieInDoubt = false
  /** The server refused a query, and the same goes to it without the cookie. */
  isCookieRefused = false
  /** The server has sent another in place of ours. */
  isCookieRenewed = false
  cookie: UpstreamCookie | null = null
  exchangeCount = 0
  readonly question: UpstreamQuestion
  readonly deadlineMs: number
  readonly settle: Settle
  readonly take: Settle

  constructor(asker: ServerAsker, question: UpstreamQuestion, deadlineMs: number, settle: Settle) {
    this.question = question
    this.deadlineMs = deadlineMs
    this.settle = settle
    this.take = (reply) => asker.take(this, reply)
  }

  /** Servers that never answered a cookie may refuse it, and not EDNS. @returns whether there was such a one */
  dropUnansweredCookie(): boolean {
    if (this.cookie === null || this.isOverStream || this.cookie.isExpected) return false
    this.cookie = null
    this.isCookieRefused = true
    return true
  }
}

/** A server without a cookie of ours in its reply, asked over TCP: either it sends none any more, or the reply was forged. */
function judgeCookie(attempt: Attempt, reply: ExchangeReply): boolean {
  attempt.isCookieInDoubt = false
  if (reply.ok) return false
  // It does not speak TCP: without a cookie it is as good as any resolver without.
  attempt.cookie = null
  attempt.isOverStream = false
  return true
}

/** What UDP will not do for. */
function asksForStream(reply: ExchangeReply): boolean {
  if (reply.ok) return reply.response.isTruncated || isBadCookie(reply)
  return reply.fault === 'mismatch' || reply.fault === 'case-mismatch' || reply.fault === 'cookie-missing'
}

const isBadCookie = (reply: ExchangeReply): boolean => reply.ok && reply.response.rcode === Rcode.BADCOOKIE

function isEdnsRefused(reply: ExchangeReply): boolean {
  if (!reply.ok) return reply.fault === 'edns-refused'
  const { rcode } = reply.response
  return rcode === Rcode.FORMERR || rcode === Rcode.NOTIMP || rcode === Rcode.BADVERS
}
