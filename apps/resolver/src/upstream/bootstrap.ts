/**
 * Addresses of upstreams that are given by name: `tls://dns.example.net`, `https://…`.
 *
 * Asked of upstreams that are given by address, never of Weir itself, which may need the answer to answer. Kept for
 * their TTL within bounds; when they cannot be had again, the old ones stay, since a name that worked is the best guess there is.
 */

import type { Clock } from '@weir/shared/clock'
import { toWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { Rcode } from '@weir/shared/dns/rcode'
import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import type { CheckedResponse } from '../wire/check-response.ts'
import { RecordCursor, Section } from '../wire/walk-records.ts'
import type { ServerAsker } from './ask-server.ts'

/** Names that are kept: more than the upstreams that settings may hold. */
const MAX_NAMES = 256
const MAX_ADDRESSES = 16
const MIN_TTL_SECONDS = 60
const MAX_TTL_SECONDS = 3600
const TIMEOUT_MS = 2000
/** Servers that are asked, one after the other. */
const MAX_SERVERS = 3

interface Known {
  readonly addresses: readonly string[]
  readonly untilMs: number
}
interface Found {
  readonly addresses: readonly string[]
  readonly ttlSeconds: number
}

export class Bootstrap {
  readonly #servers: () => readonly ServerAsker[]
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  readonly #underWay = new Map<string, Promise<readonly string[]>>()

  /** @param servers those with addresses, the best first */
  constructor(servers: () => readonly ServerAsker[], clock: Clock) {
    this.#servers = servers
    this.#clock = clock
  }

  /** @throws when no address is known and none can be had */
  async resolve(host: string): Promise<readonly string[]> {
    const known = this.#known.get(host)
    if (known && this.#clock.monotonic() < known.untilMs) return known.addresses
    let asking = this.#underWay.get(host)
    if (!asking) {
      asking = this.#ask(host).finally(() => this.#underWay.delete(host))
      this.#underWay.set(host, asking)
    }
    return asking
  }

  async #ask(host: string): Promise<readonly string[]> {
    for (const server of this.#servers().slice(0, MAX_SERVERS)) {
      const [ipv4, ipv6] = await Promise.all([lookUp(server, host, RrType.A), lookUp(server, host, RrType.AAAA)])
      const addresses = [...ipv4.addresses, ...ipv6.addresses].slice(0, MAX_ADDRESSES)
      if (addresses.length === 0) continue
      this.#keep(host, addresses, Math.min(ipv4.ttlSeconds, ipv6.ttlSeconds))
      return addresses
    }
    const old = this.#known.get(host)
    if (old) return old.addresses
    throw new Error(`address of ${host} cannot be found out`)
  }

  #keep(host: string, addresses: readonly string[], ttlSeconds: number): void {
    const seconds = Math.min(Math.max(ttlSeconds, MIN_TTL_SECONDS), MAX_TTL_SECONDS)
    this.#known.delete(host)
    if (this.#known.size >= MAX_NAMES) this.#known.delete(this.#known.keys().next().value ?? '')
    this.#known.set(host, { addresses, untilMs: this.#clock.monotonic() + seconds * 1000 })
  }
}

function lookUp(server: ServerAsker, host: string, qtype: number): Promise<Found> {
  const question = { name: toWire(host), qtype, qclass: RrClass.IN, dnssecOk: false, checkingDisabled: false }
  return new Promise((resolve) =>
    server.ask(question, TIMEOUT_MS, (reply) => {
      const isUsable = reply.ok && reply.response.rcode === Rcode.NOERROR
      resolve(isUsable ? readAddresses(reply.response, qtype) : { addresses: [], ttlSeconds: MAX_TTL_SECONDS })
    }),
  )
}

function readAddresses({ message, length }: CheckedResponse, qtype: number): Found {
  const addresses: string[] = []
  let ttlSeconds = MAX_TTL_SECONDS
  const record = new RecordCursor()
  record.start(message, length)
  while (record.next() && record.section === Section.Answer) {
    if (record.rrType !== qtype || record.rrClass !== RrClass.IN) continue
    addresses.push(formatAddress(message.subarray(record.rdataOffset, record.end)))
    ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds)
  }
  return { addresses, ttlSeconds }
}
