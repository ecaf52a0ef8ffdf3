/**
 * The list of messages that one recvmmsg or sendmmsg call moves: headers that point to where octets are, written with
 * typed arrays so that no call has to translate an object (layout: `abi.ts`).
 */
import { IOVEC_OCTETS, MMSGHDR_OCTETS } from './abi.ts'

const WORDS = MMSGHDR_OCTETS / 4
const IOVEC_WORDS = IOVEC_OCTETS / 4
/** A part that a message does not have. */
const NOWHERE = -1

export class MessageVector {
  /** The headers come first, `count` of them, then as many iovecs. */
  readonly memory: ArrayBuffer
  readonly #words: Uint32Array
  /** The first iovec's word. */
  readonly #iovecs: number
  readonly #arenaAddress: number

  /**
   * @param arena the memory that all messages' octets are in
   * @param addressOf where memory lies
   */
  constructor(count: number, arena: ArrayBuffer, addressOf: (memory: ArrayBuffer) => number) {
    this.memory = new ArrayBuffer(count * (MMSGHDR_OCTETS + IOVEC_OCTETS))
    this.#words = new Uint32Array(this.memory)
    this.#iovecs = count * WORDS
    this.#arenaAddress = addressOf(arena)
    const iovecAddress = addressOf(this.memory) + count * MMSGHDR_OCTETS
    for (let i = 0; i < count; i++) {
      this.#setPointer(i * WORDS + 4, iovecAddress + i * IOVEC_OCTETS)
      this.#words[i * WORDS + 6] = 1
    }
  }

  /** Lets message `i` use these parts. @param data, name, control where in the arena; NOWHERE: it has none */
  point(i: number, data: number, name = NOWHERE, control = NOWHERE): void {
    const arena = this.#arenaAddress
    this.#setPointer(i * WORDS, name === NOWHERE ? 0 : arena + name)
    this.#setPointer(i * WORDS + 8, control === NOWHERE ? 0 : arena + control)
    this.#setPointer(this.#iovecs + i * IOVEC_WORDS, arena + data)
  }

  /** In halves: a bigint would be an object to fetch, and a number of this size one to make. */
  #setPointer(word: number, address: number): void {
    this.#words[word] = address
    this.#words[word + 1] = address / 0x1_0000_0000
  }

  /** Octets to send, or room to receive. */
  setDataLength(i: number, length: number): void {
    this.#words[this.#iovecs + i * IOVEC_WORDS + 2] = length
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
