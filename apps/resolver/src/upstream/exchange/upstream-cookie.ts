/**
 * DNS Cookies towards one server (RFC 7873 §5.1 and §5.3, RFC 9018): 64 bits that a forger would have to guess besides ID, port and
 * letter case, and what servers ask for that limit those who may be forged.
 *
 * ```
 *  OPTION-CODE 10 | OPTION-LENGTH | client cookie, 8 octets | server cookie, 8…32 octets, once it is known
 * ```
 * The client cookie is another one for each server and worker, and says nothing of us.
 */
import { copyOctets, writeUint16 } from '../../wire/octets.ts'
import type { RandomOctets } from './random-octets.ts'

const COOKIE_OPTION = 10
const OPTION_HEAD_OCTETS = 4
const CLIENT_OCTETS = 8
const MIN_SERVER_OCTETS = 8
const MAX_SERVER_OCTETS = 32
/** Of the longest option that `write` writes. */
export const MAX_COOKIE_OCTETS = OPTION_HEAD_OCTETS + CLIENT_OCTETS + MAX_SERVER_OCTETS

export const CookieVerdict = {
  /** Ours came back; or none came, and none is expected. */
  Good: 0,
  /** None came from a server that has sent one before: forged, or the server is another one now. */
  Missing: 1,
  /** Another than we sent, or of a length that there is not: to be treated as never received. */
  Forged: 2,
} as const
export type CookieVerdict = (typeof CookieVerdict)[keyof typeof CookieVerdict]

export class UpstreamCookie {
  readonly #client = new Uint8Array(CLIENT_OCTETS)
  readonly #server = new Uint8Array(MAX_SERVER_OCTETS)
  #serverOctets = 0

  constructor(random: RandomOctets) {
    for (let i = 0; i < CLIENT_OCTETS; i++) this.#client[i] = random.octet()
  }

  /** The server has sent one: it always does (RFC 7873 §5.3). */
  get isExpected(): boolean {
    return this.#serverOctets > 0
  }

  /** Writes the option. @param out with room for MAX_COOKIE_OCTETS @returns octets written */
  write(out: Uint8Array, offset: number): number {
    const octets = CLIENT_OCTETS + this.#serverOctets
    writeUint16(out, offset, COOKIE_OPTION)
    writeUint16(out, offset + 2, octets)
    const at = offset + OPTION_HEAD_OCTETS
    copyOctets(this.#client, 0, CLIENT_OCTETS, out, at)
    copyOctets(this.#server, 0, this.#serverOctets, out, at + CLIENT_OCTETS)
    return OPTION_HEAD_OCTETS + octets
  }

  /**
   * Looks at what a reply that fits in all else has brought, and remembers the server's part.
   * @param offset of the cookie in `message` @param octets its length; -1: there is none
   */
  judge(message: Uint8Array, offset: number, octets: number): CookieVerdict {
    if (octets < 0) return this.isExpected ? CookieVerdict.Missing : CookieVerdict.Good
    const serverOctets = octets - CLIENT_OCTETS
    const isLength = serverOctets === 0 || (serverOctets >= MIN_SERVER_OCTETS && serverOctets <= MAX_SERVER_OCTETS)
    if (!isLength) return CookieVerdict.Forged
    for (let i = 0; i < CLIENT_OCTETS; i++) if (message[offset + i] !== this.#client[i]) return CookieVerdict.Forged
    if (serverOctets > 0) {
      copyOctets(message, offset + CLIENT_OCTETS, serverOctets, this.#server, 0)
      this.#serverOctets = serverOctets
    }
    return CookieVerdict.Good
  }
}
