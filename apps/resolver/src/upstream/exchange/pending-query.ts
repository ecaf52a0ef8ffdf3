/** A query under way: what was sent, and how to tell its reply from anything else. */
import { Rcode } from '@weir/shared/dns/rcode'
import { checkResponse } from '../../wire/check-response.ts'
import { Flag, HEADER_OCTETS, HeaderOffset, readFlags } from '../../wire/header.ts'
import { readUint16 } from '../../wire/octets.ts'
import { type ExchangeOptions, type ExchangeReply, failed, type UpstreamQuestion } from './exchange.ts'

/** Wrong replies with the right ID that are ignored; one more, and somebody is guessing: the query goes to TCP. */
const MAX_WRONG_REPLIES = 8

export class PendingQuery {
  readonly id: number
  /** Settled ones stay known for a while where late replies must not count as forged. */
  isSettled = false
  readonly #question: UpstreamQuestion
  /** Octets of the question's name as sent, case and all. */
  readonly #sentName: Uint8Array
  readonly #mixCase: boolean
  readonly #settle: (reply: ExchangeReply) => void
  readonly #timer: NodeJS.Timeout
  #wrongReplies = 0

  /** @param sentName the name in the message that was sent; not changed later */
  constructor(
    id: number,
    question: UpstreamQuestion,
    sentName: Uint8Array,
    options: ExchangeOptions,
    settle: (reply: ExchangeReply) => void,
  ) {
    this.id = id
    this.#question = question
    this.#sentName = sentName
    this.#mixCase = options.mixCase
    this.#settle = settle
    this.#timer = setTimeout(onTimeout, options.timeoutMs, this)
  }

  /** Settles once; later calls do nothing. */
  settle(reply: ExchangeReply): void {
    if (this.isSettled) return
    this.isSettled = true
    clearTimeout(this.#timer)
    this.#settle(reply)
  }

  /**
   * Takes a message that came with this query's ID from the right address.
   * @param mustKeepCase false over connections, which nobody can forge from aside
   * @returns true when it was the reply: the query is settled
   */
  offer(message: Uint8Array, mustKeepCase: boolean): boolean {
    const { name, qtype, qclass } = this.#question
    const checked = checkResponse(message, message.length, { id: this.id, name, qtype, qclass })
    if (!checked.ok)
      return isEdnsRefusal(message) ? this.#end(failed('edns-refused', 'server refuses EDNS')) : this.#wrong()
    const isCaseKept = this.#isCaseKept(message)
    if (!isCaseKept && mustKeepCase && this.#mixCase)
      return this.#end(failed('case-mismatch', 'question came back in another case'))
    checked.value.message.set(name, HEADER_OCTETS)
    return this.#end({ ok: true, response: checked.value, isCaseKept })
  }

  #end(reply: ExchangeReply): true {
    this.settle(reply)
    return true
  }

  #wrong(): boolean {
    if (++this.#wrongReplies <= MAX_WRONG_REPLIES) return false
    return this.#end(failed('mismatch', `${this.#wrongReplies} wrong replies`))
  }

  #isCaseKept(message: Uint8Array): boolean {
    for (let i = 0; i < this.#sentName.length; i++) if (message[HEADER_OCTETS + i] !== this.#sentName[i]) return false
    return true
  }
}

function onTimeout(query: PendingQuery): void {
  query.settle(failed('timeout', 'no reply in time'))
}

/** A bare header, as very old servers and some firewalls answer an OPT record. Forging it gains a retry without EDNS, no more. */
function isEdnsRefusal(message: Uint8Array): boolean {
  if (message.length !== HEADER_OCTETS || readUint16(message, HeaderOffset.qdcount) !== 0) return false
  const flags = readFlags(message)
  const rcode = flags & Flag.RCODE
  return (flags & Flag.QR) !== 0 && (rcode === Rcode.FORMERR || rcode === Rcode.NOTIMP)
}
