/**
 * Connected datagram sockets by system calls of our own. `dgram` allocates 64 KiB for each datagram that comes, and an
 * object with a callback for each that goes; here all sockets of a worker share one arena, which nothing outlives.
 */
import * as abi from '../../linux/abi.ts'
import { closeSocket, type LinuxCalls, openSocket, systemError } from '../../linux/datagram-socket.ts'
import { MessageVector } from '../../linux/message-vector.ts'
import type { ChannelEvents, ChannelTarget, DatagramChannel, OpenChannel } from './datagram-channel.ts'

/** Datagrams that one call takes: replies come in small groups, spread over the sockets. */
const BATCH = 8
/** The largest datagram. Memory that no reply has reached was never given by the system. */
const MESSAGE_OCTETS = 65_535
/** Calls before the event loop has its turn: a flood at one port must not keep the worker. */
const BATCHES_PER_TURN = 8

/** One per worker. @returns what opens its sockets */
export function linuxChannels(calls: LinuxCalls): OpenChannel {
  const arena = new Arena(calls)
  return async (target, port, events) => new LinuxChannel(calls, arena, target, port, events)
}

/** Where datagrams come in and go out: one call uses it at a time. */
class Arena {
  readonly #calls: LinuxCalls
  readonly #octets: Uint8Array
  readonly #vector: MessageVector
  readonly #vectorAddress: number
  readonly #sendAddress: number
  readonly #sendOffset = BATCH * MESSAGE_OCTETS

  constructor(calls: LinuxCalls) {
    this.#calls = calls
    const memory = new ArrayBuffer((BATCH + 1) * MESSAGE_OCTETS)
    const address = calls.addressOf(memory)
    this.#octets = new Uint8Array(memory)
    this.#sendAddress = address + this.#sendOffset
    this.#vector = new MessageVector(BATCH, calls.addressOf)
    this.#vectorAddress = calls.addressOf(this.#vector.memory)
    const noParts = { nameAddress: 0n, controlAddress: 0n }
    for (let i = 0; i < BATCH; i++) {
      this.#vector.point(i, noParts, BigInt(address + i * MESSAGE_OCTETS))
      this.#vector.setDataLength(i, MESSAGE_OCTETS)
    }
  }

  /** @returns whether it left */
  send(fd: number, message: Uint8Array): boolean {
    this.#octets.set(message, this.#sendOffset)
    return this.#calls.send(fd, this.#sendAddress, message.length, abi.MSG_DONTWAIT) === message.length
  }

  /** @returns how many came; negative: none, for the reason that `errorCode` tells */
  receive(fd: number): number {
    for (let i = 0; i < BATCH; i++) this.#vector.setLengths(i, 0, 0)
    return this.#calls.recvmmsg(fd, this.#vectorAddress, BATCH, abi.MSG_DONTWAIT, 0)
  }

  message(i: number): Uint8Array {
    const start = i * MESSAGE_OCTETS
    return this.#octets.subarray(start, start + this.#vector.length(i))
  }
}

class LinuxChannel implements DatagramChannel {
  readonly localPort: number
  readonly #calls: LinuxCalls
  readonly #arena: Arena
  readonly #events: ChannelEvents
  readonly #watch: { close(): void }
  /** -1: closed. */
  #fd: number

  /** @throws Error with the system's `code` */
  constructor(calls: LinuxCalls, arena: Arena, target: ChannelTarget, port: number, events: ChannelEvents) {
    const address = target.host.includes(':') ? '::' : '0.0.0.0'
    const opened = openSocket(calls, { address, port }, { peer: { address: target.host, port: target.port } })
    if (!opened.ok) throw opened.error
    this.#calls = calls
    this.#arena = arena
    this.#events = events
    this.#fd = opened.value.fd
    this.localPort = opened.value.port
    this.#watch = calls.watch(this.#fd, () => this.#drain())
  }

  send(message: Uint8Array, onFailed: (error: Error) => void): void {
    // A send may only bring the news that an earlier datagram found nobody: this one has not left then.
    if (!this.#arena.send(this.#fd, message)) onFailed(systemError(this.#calls, 'send'))
  }

  close(): void {
    if (this.#fd < 0) return
    this.#watch.close()
    closeSocket(this.#fd)
    this.#fd = -1
  }

  #drain(): void {
    for (let batch = 0; batch < BATCHES_PER_TURN && this.#fd >= 0; batch++) {
      const count = this.#arena.receive(this.#fd)
      if (count < 0) {
        const error = systemError(this.#calls, 'recvmmsg')
        if (!isNothingThere(error)) this.#events.onError(error)
        return
      }
      // A message may end the socket: what came behind it is nobody's any more.
      for (let i = 0; i < count && this.#fd >= 0; i++) this.#events.onMessage(this.#arena.message(i))
      if (count < BATCH) return
    }
  }
}

const isNothingThere = (error: Error): boolean => 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
