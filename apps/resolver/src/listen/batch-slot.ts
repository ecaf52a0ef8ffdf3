/**
 * The memory of queries that a batch socket moves: one arena, cut into slots, that both the kernel and the stages use.
 *
 * ```
 *  slot:  0 peer's sockaddr (32) | 32 control message (64) | 96 … 128 | query (4096) | response (4096)
 * ```
 * A slot is octets alone. What is known of a query is in the BatchQuery that goes with it: one and the same for all queries
 * that are answered at once, so that a batch touches less memory than with 64 of them (ADR 8).
 */

import * as abi from '../linux/abi.ts'
import type { MessageVector } from '../linux/message-vector.ts'
import { QueryContext } from '../query/query-context.ts'
import { MAX_UDP_QUERY_OCTETS, UDP_OUT_OCTETS } from './udp-socket.ts'

const CONTROL_AT = 32
const QUERY_AT = 128
const RESPONSE_AT = QUERY_AT + MAX_UDP_QUERY_OCTETS
export const SLOT_OCTETS = RESPONSE_AT + UDP_OUT_OCTETS
const LINK_LOCAL = 0xfe80
const LINK_LOCAL_MASK = 0xffc0

export class BatchSlot {
  readonly message: Uint8Array
  readonly out: Uint8Array
  /** Of the response, once there is one. */
  outLength = 0
  /** Octets of the control message to send back: 0 for sockets that are bound to one address. */
  controlLength = 0
  /** It is part of the vector that the next recvmmsg call fills. */
  isReceiving = false
  /** The whole arena: views of its parts would be two objects more to touch for each query. */
  readonly #arena: Uint8Array
  readonly #base: number

  /** @param arena the memory that all slots of a socket are parts of */
  constructor(arena: Uint8Array<ArrayBuffer>, index: number) {
    const base = index * SLOT_OCTETS
    this.#arena = arena
    this.#base = base
    this.message = new Uint8Array(arena.buffer, base + QUERY_AT, MAX_UDP_QUERY_OCTETS)
    this.out = new Uint8Array(arena.buffer, base + RESPONSE_AT, UDP_OUT_OCTETS)
  }

  /** Lets message `i` be received into this slot. */
  pointQuery(vector: MessageVector, i: number): void {
    vector.point(i, this.#base + QUERY_AT, this.#base, this.#base + CONTROL_AT)
  }

  /** Lets message `i` be this slot's response. */
  pointResponse(vector: MessageVector, i: number): void {
    vector.point(i, this.#base + RESPONSE_AT, this.#base, this.#base + CONTROL_AT)
  }

  /** Tells `query` who asks, from what the kernel wrote. */
  readPeer(query: BatchQuery, isV6: boolean): void {
    const arena = this.#arena
    const name = this.#base
    const { clientAddress } = query
    query.clientPort = (arena[name + abi.SOCKADDR_PORT]! << 8) | arena[name + abi.SOCKADDR_PORT + 1]!
    if (isV6) {
      for (let i = 0; i < 16; i++) clientAddress[i] = arena[name + abi.SOCKADDR_IN6_ADDRESS + i]!
      return
    }
    // The octets in front are those of a mapped address from the start: a socket has one family.
    for (let i = 0; i < 4; i++) clientAddress[12 + i] = arena[name + abi.SOCKADDR_IN_ADDRESS + i]!
  }

  /**
   * Turns "this datagram came to that address" into "send from that address". The interface is left to the system's
   * routes, since the way back may be another one; but link-local addresses mean nothing without theirs.
   */
  prepareReply(isV6: boolean): void {
    const arena = this.#arena
    const control = this.#base + CONTROL_AT
    if (isV6) {
      const prefix = (arena[control + abi.PKTINFO6_ADDRESS]! << 8) | arena[control + abi.PKTINFO6_ADDRESS + 1]!
      if ((prefix & LINK_LOCAL_MASK) !== LINK_LOCAL) this.#clearWord(control + abi.PKTINFO6_INTERFACE)
    } else this.#clearWord(control + abi.PKTINFO_INTERFACE)
  }

  #clearWord(at: number): void {
    const arena = this.#arena
    for (let i = 0; i < 4; i++) arena[at + i] = 0
  }
}

/** A query of a batch, and the octets that go with it. */
export class BatchQuery extends QueryContext {
  slot: BatchSlot

  constructor(slot: BatchSlot) {
    super(slot.message, slot.out)
    this.slot = slot
    this.clientAddress[10] = 0xff
    this.clientAddress[11] = 0xff
  }

  /** Becomes a query whose octets are in `slot`; the listener sets client, transport and times afterwards. */
  take(slot: BatchSlot): void {
    this.reset()
    this.slot = slot
    this.message = slot.message
    this.out = slot.out
  }
}
