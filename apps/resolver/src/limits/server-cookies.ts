/**
 * DNS cookies (RFC 7873): a client that sends our cookie back gets what is sent to its address, so it is nobody who forges
 * that address. Made as RFC 9018 §4 says, so that nothing has to be remembered of clients:
 *
 * ```
 *  client's cookie 8 │ version 1, three zeros │ time, seconds 4 │ SipHash-2-4 of all that and the client's address 8
 * ```
 * The secrets lie in memory that all workers share, and the main thread makes a new one each day; the one before still
 * counts, which is longer than any cookie lasts.
 *
 * ```
 *  0  number of the present secret     16  four secrets of 16 octets, in turn
 * ```
 */
import { randomBytes } from 'node:crypto'
import { isMapped } from '@weir/shared/dns/ip-address'
import { CookieState, type QueryContext } from '../query/query-context.ts'
import { copyOctets, readUint32, writeUint32 } from '../wire/octets.ts'
import { CLIENT_COOKIE_OCTETS } from '../wire/parse-query.ts'
import { type SipKey, sipHash24 } from './sip-hash.ts'

const HEADER_OCTETS = 16
const SECRETS = 4
const SECRET_WORDS = 4
const VERSION = 1
/** Offsets in a cookie. */
const VERSION_AT = CLIENT_COOKIE_OCTETS
const TIME_AT = 12
const HASH_AT = 16
const FULL_OCTETS = 24
/** RFC 9018 §4.3. */
const LIFE_SECONDS = 3600
const RENEW_SECONDS = 1800
const AHEAD_SECONDS = 300
/** RFC 7873 §7.1 wants 36 days at most, and recommends a day. */
export const SECRET_LIFE_MS = 86_400_000

/** Made once, in the main thread. */
export function createCookieSecrets(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEADER_OCTETS + SECRETS * SECRET_WORDS * 4)
  new Uint8Array(memory, HEADER_OCTETS).set(randomBytes(memory.byteLength - HEADER_OCTETS))
  Atomics.store(new Int32Array(memory), 0, 1)
  return memory
}

/** From now on cookies are made with a new secret. Of one thread alone. */
export function rollCookieSecret(memory: SharedArrayBuffer): void {
  const words = new Int32Array(memory)
  const next = (words[0]! + 1) | 0
  // Nobody reads this place: it is neither the present secret nor the one before.
  secretAt(memory, next).set(new Int32Array(new Uint8Array(randomBytes(SECRET_WORDS * 4)).buffer))
  Atomics.store(words, 0, next)
}

const secretAt = (memory: SharedArrayBuffer, index: number): SipKey =>
  new Int32Array(memory, HEADER_OCTETS + (index & (SECRETS - 1)) * SECRET_WORDS * 4, SECRET_WORDS)

/** One per thread: allocates nothing but when the secret has changed. */
export class ServerCookies {
  readonly #memory: SharedArrayBuffer
  readonly #number: Int32Array
  #known = Number.NaN
  #present!: SipKey
  #before!: SipKey
  /** What is hashed: 16 octets of a cookie, then the address. */
  readonly #input = new Uint8Array(32)
  readonly #hash = new Int32Array(2)

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory
    this.#number = new Int32Array(memory, 0, 1)
  }

  /**
   * Judges the cookie of a query that has one, and writes the one to send back: the same while it is young, else a new one.
   * @see RFC 7873 §5.2, RFC 9018 §4.3
   */
  read(query: QueryContext): void {
    this.#useSecrets()
    const { message, responseCookie } = query
    const { cookieOffset, cookieLength } = query.view
    const now = Math.floor(query.receivedAtMs / 1000) | 0
    copyOctets(message, cookieOffset, Math.min(cookieLength, FULL_OCTETS), responseCookie, 0)
    if (cookieLength === CLIENT_COOKIE_OCTETS) {
      query.cookieState = CookieState.ClientOnly
      return this.#make(query, now)
    }
    const age = (now - readUint32(responseCookie, TIME_AT)) | 0
    const isOurs =
      cookieLength === FULL_OCTETS &&
      responseCookie[VERSION_AT] === VERSION &&
      age <= LIFE_SECONDS &&
      age >= -AHEAD_SECONDS &&
      (this.#isHash(query, this.#present) || this.#isHash(query, this.#before))
    query.cookieState = isOurs ? CookieState.Valid : CookieState.Wrong
    if (!isOurs || age > RENEW_SECONDS) this.#make(query, now)
  }

  #useSecrets(): void {
    const number = Atomics.load(this.#number, 0)
    if (number === this.#known) return
    this.#known = number
    this.#present = secretAt(this.#memory, number).slice()
    this.#before = secretAt(this.#memory, number - 1).slice()
  }

  #make(query: QueryContext, now: number): void {
    const cookie = query.responseCookie
    writeUint32(cookie, VERSION_AT, VERSION << 24)
    writeUint32(cookie, TIME_AT, now >>> 0)
    this.#hashCookie(query, this.#present)
    for (let i = 0; i < 8; i++) cookie[HASH_AT + i] = this.#hashOctet(i)
  }

  #isHash(query: QueryContext, secret: SipKey): boolean {
    this.#hashCookie(query, secret)
    let difference = 0
    for (let i = 0; i < 8; i++) difference |= query.responseCookie[HASH_AT + i]! ^ this.#hashOctet(i)
    return difference === 0
  }

  #hashOctet(i: number): number {
    return (this.#hash[i >> 2]! >>> ((i & 3) * 8)) & 0xff
  }

  #hashCookie({ responseCookie, clientAddress }: QueryContext, secret: SipKey): void {
    const input = this.#input
    copyOctets(responseCookie, 0, HASH_AT, input, 0)
    const addressOctets = isMapped(clientAddress) ? 4 : 16
    copyOctets(clientAddress, 16 - addressOctets, addressOctets, input, HASH_AT)
    sipHash24(secret, input, HASH_AT + addressOctets, this.#hash)
  }
}
