/**
 * Names that Weir itself wants to know, as those of its clients: they take the way of every query, with own rules, forward
 * rules and cache, and are neither logged nor counted, since nobody has asked.
 */

import type { Clock } from '@weir/shared/clock'
import { parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import { toMapped } from '@weir/shared/dns/ip-address'
import { RrType } from '@weir/shared/dns/rr-type'
import type { QueryHandler } from '../query/ports.ts'
import { QueryContext, Transport } from '../query/query-context.ts'
import { MAX_QUERY_OCTETS, writeQuery } from '../upstream/exchange/query-message.ts'
import { firstPointer } from '../wire/slow-path.ts'

const LOOPBACK = toMapped(Uint8Array.of(127, 0, 0, 1))
/** The API asks for one after the other. */
const MAX_WAITING = 16
const OUT_OCTETS = 4096
const CLASS_IN = 1

export class OwnLookUps {
  readonly #handler: QueryHandler
  readonly #clock: Clock
  #waiting = 0

  constructor(handler: QueryHandler, clock: Clock) {
    this.#handler = handler
    this.#clock = clock
  }

  /** @param reverse name of an address, as in `1.2.0.192.in-addr.arpa` @param done gets null for none; called once */
  ask(reverse: string, done: (name: string | null) => void): void {
    const parsed = parseDomainName(reverse)
    if (!parsed.ok || this.#waiting >= MAX_WAITING) return done(null)
    this.#waiting++
    const message = new Uint8Array(MAX_QUERY_OCTETS)
    const question = {
      name: toWire(parsed.value),
      qtype: RrType.PTR,
      qclass: CLASS_IN,
      dnssecOk: false,
      checkingDisabled: false,
    }
    const query = new QueryContext(message, new Uint8Array(OUT_OCTETS))
    query.isOwn = true
    query.messageLength = writeQuery(question, { id: 0, caseBits: 0, withEdns: true }, message)
    query.transport = Transport.Tcp
    query.clientAddress.set(LOOPBACK)
    query.receivedAtMs = this.#clock.now()
    query.startedAtMs = this.#clock.monotonic()
    this.#handler.handle(query, ({ out, outLength }, isSent) => {
      this.#waiting--
      done(isSent ? firstPointer(out, outLength) : null)
    })
  }
}
