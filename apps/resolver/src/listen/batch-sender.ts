/** The way out of a batch socket: answers that are ready leave together, by one sendmmsg call. */
import * as abi from '../linux/abi.ts'
import type { LinuxCalls } from '../linux/datagram-socket.ts'
import { MessageVector } from '../linux/message-vector.ts'
import { cutToQuestion } from '../wire/cut-to-question.ts'
import type { BatchSlot } from './batch-slot.ts'
import type { UdpCounters } from './udp-socket.ts'

export interface BatchSenderOptions {
  readonly calls: LinuxCalls
  /** Messages that one call takes. */
  readonly batch: number
  /** The memory that slots are parts of. */
  readonly arena: ArrayBuffer
  /** Octets of a peer's sockaddr. */
  readonly nameLength: number
  readonly counters: UdpCounters
  /** Called with each slot once its answer has left, or was left out. */
  readonly release: (slot: BatchSlot) => void
}

export class BatchSender {
  readonly #calls: LinuxCalls
  readonly #batch: number
  readonly #nameLength: number
  readonly #counters: UdpCounters
  readonly #release: (slot: BatchSlot) => void
  /** The first `#readyCount` wait. It keeps its length: setting one is slow, and growing again allocates. */
  readonly #ready: BatchSlot[] = []
  #readyCount = 0
  /** Whom the places of the vector point to: mostly the same slots in the same order, batch after batch. */
  readonly #pointed: (BatchSlot | null)[]
  readonly #vector: MessageVector
  readonly #vectorAddress: number

  constructor({ calls, batch, arena, nameLength, counters, release }: BatchSenderOptions) {
    this.#calls = calls
    this.#batch = batch
    this.#nameLength = nameLength
    this.#counters = counters
    this.#release = release
    this.#pointed = new Array<BatchSlot | null>(batch).fill(null)
    this.#vector = new MessageVector(batch, arena, calls.addressOf)
    this.#vectorAddress = calls.addressOf(this.#vector.memory)
  }

  get isEmpty(): boolean {
    return this.#readyCount === 0
  }

  /** Takes an answer that is ready. @returns whether a whole batch waits now: `flush` has to be next */
  add(slot: BatchSlot): boolean {
    this.#ready[this.#readyCount++] = slot
    return this.#readyCount === this.#batch
  }

  /** Sends what waits. @param fd below 0: the socket is closed, and nobody gets an answer */
  flush(fd: number): void {
    const count = this.#readyCount
    if (count === 0) return
    if (fd >= 0) this.#send(fd, count)
    this.#readyCount = 0
    for (let i = 0; i < count; i++) this.#release(this.#ready[i]!)
  }

  /** What the system refuses is counted and left out: nobody waits for an answer that cannot be sent now. */
  #send(fd: number, count: number): void {
    this.#fill(count)
    let first = 0
    while (first < count) {
      const address = this.#vectorAddress + first * abi.MMSGHDR_OCTETS
      const sent = this.#calls.sendmmsg(fd, address, count - first, abi.MSG_DONTWAIT)
      if (sent > 0) {
        this.#counters.sent += sent
        first += sent
        continue
      }
      // The call names no message, but it stops at the first one that fails.
      const code = this.#calls.errorCode()
      if (code === 'EMSGSIZE' && this.#cut(first, this.#ready[first]!)) continue
      const isFull = code === 'EAGAIN'
      const lost = isFull ? count - first : 1
      this.#counters.sendErrors += lost
      first += lost
    }
  }

  #fill(count: number): void {
    const vector = this.#vector
    for (let i = 0; i < count; i++) {
      const slot = this.#ready[i]!
      if (this.#pointed[i] !== slot) {
        this.#pointed[i] = slot
        slot.pointResponse(vector, i)
      }
      vector.setDataLength(i, slot.outLength)
      vector.setLengths(i, this.#nameLength, slot.controlLength)
    }
  }

  /** The interface cannot take it whole: the client is told to come by TCP. @returns false when it is as short as can be */
  #cut(place: number, slot: BatchSlot): boolean {
    const octets = cutToQuestion(slot.out, slot.outLength)
    if (octets >= slot.outLength) return false
    slot.outLength = octets
    this.#vector.setDataLength(place, octets)
    return true
  }
}
