/**
 * The list of messages that one recvmmsg or sendmmsg call moves: headers that point to where octets are, written with
 * typed arrays so that no call has to translate an object (layout: `abi.ts`).
 */
import { IOVEC_OCTETS, MMSGHDR_OCTETS } from './abi.ts'

/** Addresses of one message's parts. Kept as bigint: that is what a 64-bit field is written with, without conversion. */
export interface MessageParts {
  readonly nameAddress: bigint
  readonly controlAddress: bigint
}

const WORDS = MMSGHDR_OCTETS / 4
const POINTERS = MMSGHDR_OCTETS / 8

export class MessageVector {
  /** The headers come first, `count` of them, then as many iovecs. */
  readonly memory: ArrayBuffer
  readonly #words: Uint32Array
  readonly #pointers: BigUint64Array
  readonly #iovecs: number

  /** @param addressOf where the memory lies */
  constructor(count: number, addressOf: (memory: ArrayBuffer) => number) {
    this.memory = new ArrayBuffer(count * (MMSGHDR_OCTETS + IOVEC_OCTETS))
    this.#words = new Uint32Array(this.memory)
    this.#pointers = new BigUint64Array(this.memory)
    this.#iovecs = (count * MMSGHDR_OCTETS) / 8
    const iovecAddress = BigInt(addressOf(this.memory) + count * MMSGHDR_OCTETS)
    for (let i = 0; i < count; i++) {
      this.#pointers[i * POINTERS + 2] = iovecAddress + BigInt(i * IOVEC_OCTETS)
      this.#pointers[i * POINTERS + 3] = 1n
    }
  }

  /** Lets message `i` use these parts. */
  point(i: number, parts: MessageParts, dataAddress: bigint): void {
    this.#pointers[i * POINTERS] = parts.nameAddress
    this.#pointers[i * POINTERS + 4] = parts.controlAddress
    this.#pointers[this.#iovecs + i * 2] = dataAddress
  }

  /** Octets to send, or room to receive. */
  setDataLength(i: number, length: number): void {
    this.#words[this.#iovecs * 2 + i * 4 + 2] = length
  }

  /** Says how long name and control messages are: before sending, and before receiving, since the kernel writes here. */
  setLengths(i: number, nameLength: number, controlLength: number): void {
    this.#words[i * WORDS + 2] = nameLength
    this.#words[i * WORDS + 10] = controlLength
    this.#words[i * WORDS + 12] = 0
  }

  controlLength(i: number): number {
    return this.#words[i * WORDS + 10]!
  }
  flags(i: number): number {
    return this.#words[i * WORDS + 12]!
  }
  /** Octets received. */
  length(i: number): number {
    return this.#words[i * WORDS + 14]!
  }
}
