/** What the kernel has given a socket for datagrams that wait, and how many it had to drop. */
import * as abi from './abi.ts'
import type { LinuxCalls } from './datagram-socket.ts'

export interface SocketMemory {
  /** Octets for datagrams that wait, the kernel's own overhead included: twice what was asked for, or its limit. */
  readonly receiveRoomOctets: number
  /** Datagrams that found no room, since the socket was opened. */
  readonly droppedCount: number
}

/** Reads a socket's memory again and again, into the same scratch. */
export class SocketMemoryReader {
  readonly #calls: LinuxCalls
  readonly #memory = new ArrayBuffer(LENGTH_AT + 4)
  readonly #view = new DataView(this.#memory)
  readonly #address: number

  constructor(calls: LinuxCalls) {
    this.#calls = calls
    this.#address = calls.addressOf(this.#memory)
  }

  /** @returns undefined where the kernel does not tell (SO_MEMINFO came with Linux 4.12) */
  read(fd: number): SocketMemory | undefined {
    this.#view.setUint32(LENGTH_AT, abi.MEMINFO_OCTETS, true)
    const { getsockopt } = this.#calls
    if (getsockopt(fd, abi.SOL_SOCKET, abi.SO_MEMINFO, this.#address, this.#address + LENGTH_AT) !== 0) return undefined
    if (this.#view.getUint32(LENGTH_AT, true) < abi.MEMINFO_OCTETS) return undefined
    return {
      receiveRoomOctets: this.#view.getUint32(abi.MEMINFO_RECEIVE_ROOM, true),
      droppedCount: this.#view.getUint32(abi.MEMINFO_DROPS, true),
    }
  }
}

/** Behind the words, the length that the call reads and writes. */
const LENGTH_AT = 40
