/** The cookie for one server, of one worker, and when it becomes another one. */
import type { RandomOctets } from './exchange/random-octets.ts'
import { UpstreamCookie } from './exchange/upstream-cookie.ts'

/** The same for long would let a server know us when our address is another one (RFC 7873 §7.1); one that asks for cookies brings a new one soon. */
const LIFETIME_MS = 60 * 60_000

/** Replies of all servers, since the start of a worker. */
export interface CookieCounters {
  /** BADCOOKIE. */
  badCookies: number
  /** Without a cookie, from servers that had sent one. */
  missingCookies: number
}

export class CookieJar {
  /** The server has answered a query that brought a cookie: it does not throw them away. */
  isAnswered = false
  readonly #random: RandomOctets
  #cookie: UpstreamCookie | null = null
  #endsAtMs = 0

  constructor(random: RandomOctets) {
    this.#random = random
  }

  /** @param nowMs monotonic */
  at(nowMs: number): UpstreamCookie {
    if (this.#cookie !== null && nowMs < this.#endsAtMs) return this.#cookie
    this.#endsAtMs = nowMs + LIFETIME_MS
    this.#cookie = new UpstreamCookie(this.#random)
    return this.#cookie
  }

  /** The next one is another, and no server's cookie is expected. */
  renew(): void {
    this.#cookie = null
  }
}
