/**
 * Connected datagram sockets by system calls of our own. `dgram` allocates 64 KiB for each datagram that comes, and an
 * object with a callback for each that goes; here all sockets of a worker share one arena, which nothing outlives, one
 * watcher, and queues whose messages leave together.
 */
import * as abi from '../../linux/abi.ts'
import { closeSocket, type LinuxCalls, openSocket, systemError } from '../../linux/datagram-socket.ts'
import { MessageVector } from '../../linux/message-vector.ts'
import { type Readable, ReadySet } from '../../linux/ready-set.ts'
import type { ReplyWatcher } from '../../query/ports.ts'
import type { ChannelEvents, ChannelTarget, DatagramChannel, OpenChannel, Sender } from './datagram-channel.ts'
import { type Flushable, Outbox } from './outbox.ts'
import type { SendQueue, SendSocket } from './send-queue.ts'

/** Datagrams that one call takes: replies come in groups, spread over the sockets. */
const BATCH = 32
/** The largest datagram. Memory that no reply has reached was never given by the system. */
const MESSAGE_OCTETS = 65_535
/** Not a power of two: the beginnings of all messages would compete for the same few lines of the processor's cache. */
const STRIDE_OCTETS = 65_536 + 320
/** Calls before the next socket has its turn: a flood at one port must not keep the worker. */
const BATCHES_PER_TURN = 2

/** One per worker. @param replies is told when datagrams are read @returns what opens its sockets */
export function linuxChannels(calls: LinuxCalls, replies?: ReplyWatcher): OpenChannel {
  const shared = { calls, arena: new Arena(calls), ready: new ReadySet(calls, replies), outbox: new Outbox(calls) }
  return async (target, port, events) => new LinuxChannel(shared, target, port, events)
}

/** What the sockets of a worker share. */
interface Shared {
  readonly calls: LinuxCalls
  readonly arena: Arena
  readonly ready: ReadySet
  readonly outbox: Outbox
}

/** Where datagrams come in: one call uses it at a time. */
class Arena {
  /** What came, in order; each in the first `length(i)` octets. */
  readonly messages: readonly Uint8Array[]
  readonly #calls: LinuxCalls
  readonly #vector: MessageVector
  readonly #vectorAddress: number

  constructor(calls: LinuxCalls) {
    this.#calls = calls
    const memory = new ArrayBuffer(BATCH * STRIDE_OCTETS)
    this.messages = Array.from({ length: BATCH }, (_, i) => new Uint8Array(memory, i * STRIDE_OCTETS, MESSAGE_OCTETS))
    this.#vector = new MessageVector(BATCH, memory, calls.addressOf)
    this.#vectorAddress = calls.addressOf(this.#vector.memory)
    for (let i = 0; i < BATCH; i++) {
      this.#vector.point(i, i * STRIDE_OCTETS)
      this.#vector.setDataLength(i, MESSAGE_OCTETS)
    }
  }

  /** @returns how many came; negative: none, for the reason that `errorCode` tells */
  receive(fd: number): number {
    return this.#calls.recvmmsg(fd, this.#vectorAddress, BATCH, abi.MSG_DONTWAIT, 0)
  }

  length(i: number): number {
    return this.#vector.length(i)
  }
}

class LinuxChannel implements DatagramChannel, Readable, Flushable, SendSocket {
  readonly localPort: number
  readonly #shared: Shared
  readonly #events: ChannelEvents
  #queue: SendQueue | null = null
  #fd: number

  /** @throws Error with the system's `code` */
  constructor(shared: Shared, target: ChannelTarget, port: number, events: ChannelEvents) {
    const address = target.host.includes(':') ? '::' : '0.0.0.0'
    const opened = openSocket(shared.calls, { address, port }, { peer: { address: target.host, port: target.port } })
    if (!opened.ok) throw opened.error
    this.#shared = shared
    this.#events = events
    this.#fd = opened.value.fd
    this.localPort = opened.value.port
    try {
      shared.ready.add(this.#fd, this)
    } catch (error) {
      closeSocket(this.#fd)
      throw error
    }
  }

  get fd(): number {
    return this.#fd
  }

  send(message: Uint8Array, length: number, sender: Sender): void {
    if (this.#queue?.isFull) this.flush()
    this.#queue ??= this.#shared.outbox.take(this)
    this.#queue.add(message, length, sender)
  }

  flush(): void {
    const queue = this.#queue
    if (queue === null) return
    this.#queue = null
    queue.send(this)
    this.#shared.outbox.give(queue)
  }

  close(): void {
    if (this.#fd < 0) return
    this.#shared.ready.remove(this.#fd)
    closeSocket(this.#fd)
    this.#fd = -1
    this.#queue?.clear()
  }

  onReadable(): void {
    const { arena } = this.#shared
    for (let batch = 0; batch < BATCHES_PER_TURN && this.#fd >= 0; batch++) {
      const count = arena.receive(this.#fd)
      if (count < 0) return this.#onReceiveError()
      // A message may end the socket: what came behind it is nobody's any more.
      for (let i = 0; i < count && this.#fd >= 0; i++) this.#events.onMessage(arena.messages[i]!, arena.length(i))
      if (count < BATCH) return
    }
  }

  #onReceiveError(): void {
    const code = this.#shared.calls.errorCode()
    if (code !== 'EAGAIN' && code !== 'EINTR') this.#events.onError(systemError(this.#shared.calls, 'recvmmsg'))
  }
}
