/**
 * The memory of queries that a batch socket moves: one arena, cut into slots, that both the kernel and the stages use.
 *
 * ```
 *  slot:  0 peer's sockaddr (32) | 32 control message (64) | 96 … 128 | query (4096) | response (4096)
 * ```
 */

import * as abi from '../linux/abi.ts'
import type { MessageParts } from '../linux/message-vector.ts'
import { QueryContext } from '../query/query-context.ts'
import { MAX_UDP_QUERY_OCTETS, UDP_OUT_OCTETS } from './udp-socket.ts'

const CONTROL_AT = 32
const QUERY_AT = 128
const RESPONSE_AT = QUERY_AT + MAX_UDP_QUERY_OCTETS
export const SLOT_OCTETS = RESPONSE_AT + UDP_OUT_OCTETS
const LINK_LOCAL = 0xfe80
const LINK_LOCAL_MASK = 0xffc0

export class BatchSlot extends QueryContext implements MessageParts {
  readonly nameAddress: bigint
  readonly controlAddress: bigint
  readonly queryAddress: bigint
  readonly responseAddress: bigint
  /** Octets of the control message to send back: 0 for sockets that are bound to one address. */
  controlLength = 0
  /** It is part of the vector that the next recvmmsg call fills. */
  isReceiving = false
  readonly #name: Uint8Array
  readonly #control: Uint8Array

  /** @param arenaAddress where the arena lies */
  constructor(arena: ArrayBuffer, arenaAddress: number, index: number) {
    const base = index * SLOT_OCTETS
    super(
      new Uint8Array(arena, base + QUERY_AT, MAX_UDP_QUERY_OCTETS),
      new Uint8Array(arena, base + RESPONSE_AT, UDP_OUT_OCTETS),
    )
    this.clientAddress[10] = 0xff
    this.clientAddress[11] = 0xff
    this.#name = new Uint8Array(arena, base, abi.SOCKADDR_IN6_OCTETS)
    this.#control = new Uint8Array(arena, base + CONTROL_AT, abi.PKTINFO6_SPACE)
    this.nameAddress = BigInt(arenaAddress + base)
    this.controlAddress = BigInt(arenaAddress + base + CONTROL_AT)
    this.queryAddress = BigInt(arenaAddress + base + QUERY_AT)
    this.responseAddress = BigInt(arenaAddress + base + RESPONSE_AT)
  }

  /** Reads clientAddress and clientPort from what the kernel wrote. */
  readPeer(isV6: boolean): void {
    const name = this.#name
    const { clientAddress } = this
    this.clientPort = (name[abi.SOCKADDR_PORT]! << 8) | name[abi.SOCKADDR_PORT + 1]!
    if (isV6) {
      for (let i = 0; i < 16; i++) clientAddress[i] = name[abi.SOCKADDR_IN6_ADDRESS + i]!
      return
    }
    // The octets in front are those of a mapped address from the start: a socket has one family.
    for (let i = 0; i < 4; i++) clientAddress[12 + i] = name[abi.SOCKADDR_IN_ADDRESS + i]!
  }

  /**
   * Turns "this datagram came to that address" into "send from that address". The interface is left to the system's
   * routes, since the way back may be another one; but link-local addresses mean nothing without theirs.
   */
  prepareReply(isV6: boolean): void {
    const control = this.#control
    if (isV6) {
      const prefix = (control[abi.PKTINFO6_ADDRESS]! << 8) | control[abi.PKTINFO6_ADDRESS + 1]!
      if ((prefix & LINK_LOCAL_MASK) !== LINK_LOCAL) control.fill(0, abi.PKTINFO6_INTERFACE, abi.PKTINFO6_INTERFACE + 4)
    } else control.fill(0, abi.PKTINFO_INTERFACE, abi.PKTINFO_INTERFACE + 4)
  }
}
