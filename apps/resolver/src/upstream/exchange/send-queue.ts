/**
 * Queries that leave together: those that one turn of the event loop made for the same socket go in one call.
 */
import * as abi from '../../linux/abi.ts'
import { type LinuxCalls, systemError } from '../../linux/datagram-socket.ts'
import { MessageVector } from '../../linux/message-vector.ts'
import { copyOctets } from '../../wire/octets.ts'
import type { Sender } from './datagram-channel.ts'
import { MAX_QUERY_OCTETS } from './query-message.ts'

const PLACES = 32
const PLACE_OCTETS = (MAX_QUERY_OCTETS + 7) & ~7

export interface SendSocket {
  /** -1: closed. */
  readonly fd: number
}

/** What one socket has to send; used again by others once it is empty. */
export class SendQueue {
  readonly #calls: LinuxCalls
  readonly #places: readonly Uint8Array[]
  readonly #vector: MessageVector
  readonly #vectorAddress: number
  readonly #senders: Sender[] = []

  constructor(calls: LinuxCalls) {
    this.#calls = calls
    const memory = new ArrayBuffer(PLACES * PLACE_OCTETS)
    this.#places = Array.from({ length: PLACES }, (_, i) => new Uint8Array(memory, i * PLACE_OCTETS, PLACE_OCTETS))
    this.#vector = new MessageVector(PLACES, memory, calls.addressOf)
    this.#vectorAddress = calls.addressOf(this.#vector.memory)
    for (let i = 0; i < PLACES; i++) this.#vector.point(i, i * PLACE_OCTETS)
  }

  get isFull(): boolean {
    return this.#senders.length === PLACES
  }

  /** Takes a copy. The queue must not be full. @param length at most MAX_QUERY_OCTETS */
  add(message: Uint8Array, length: number, sender: Sender): void {
    const place = this.#senders.length
    copyOctets(message, 0, length, this.#places[place]!, 0)
    this.#vector.setDataLength(place, length)
    this.#senders.push(sender)
  }

  /**
   * Empties the queue. Who fails is told, and may queue something new elsewhere, or close the socket: the rest is
   * forgotten then, since its descriptor may be another socket's by now.
   */
  send(socket: SendSocket): void {
    const senders = this.#senders
    let first = 0
    while (first < senders.length && socket.fd >= 0) {
      const address = this.#vectorAddress + first * abi.MMSGHDR_OCTETS
      const sent = this.#calls.sendmmsg(socket.fd, address, senders.length - first, abi.MSG_DONTWAIT)
      if (sent > 0) {
        first += sent
        continue
      }
      // The call stops at the first one that fails. It may only bring the news that an earlier one found nobody:
      // this one has not left then either.
      senders[first]!.onSendFailed(systemError(this.#calls, 'send'))
      first++
    }
    senders.length = 0
  }

  /** Forgets what is queued: its socket is closed, and whoever waits has been told. */
  clear(): void {
    this.#senders.length = 0
  }
}
