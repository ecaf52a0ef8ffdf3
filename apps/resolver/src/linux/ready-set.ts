/**
 * Many sockets, one watcher: an epoll descriptor of our own, which the event loop watches in their place (epoll(7)).
 *
 * A watcher for each socket would call back for each of them, and every call from the event loop costs more than a
 * datagram. Level-triggered: what is left unread is told again in the next turn.
 */
import * as abi from './abi.ts'
import { closeSocket, type LinuxCalls, ownedByThread, systemError } from './datagram-socket.ts'

/** Sockets that are served in one turn of the event loop; the others come next. */
const EVENTS = 64
const EVENT_WORDS = abi.EPOLL_EVENT_OCTETS / 4
const DATA_WORD = abi.EPOLL_EVENT_DATA / 4

export interface Readable {
  /** Reads what is there, a bounded part of it; perhaps there is nothing. */
  onReadable(): void
}

/** Told before members are read, and when all that are ready have been. */
export interface ReadingWatcher {
  begin(): void
  end(): void
}

export class ReadySet {
  readonly #calls: LinuxCalls
  readonly #events = new Int32Array(EVENTS * EVENT_WORDS)
  readonly #eventsAddress: number
  /** What to add; the kernel copies it. */
  readonly #event = new Int32Array(EVENT_WORDS)
  readonly #eventAddress: number
  /** By descriptor. */
  readonly #members = new Map<number, Readable>()
  readonly #watcher: ReadingWatcher | undefined
  #fd = -1
  #watch: { close(): void } | null = null

  constructor(calls: LinuxCalls, watcher?: ReadingWatcher) {
    this.#calls = calls
    this.#watcher = watcher
    this.#eventsAddress = calls.addressOf(this.#events.buffer)
    this.#eventAddress = calls.addressOf(this.#event.buffer)
  }

  /** @throws Error with the system's `code` */
  add(fd: number, member: Readable): void {
    if (this.#fd < 0) this.#open()
    this.#event[0] = abi.EPOLLIN
    this.#event[DATA_WORD] = fd
    if (this.#calls.epoll_ctl(this.#fd, abi.EPOLL_CTL_ADD, fd, this.#eventAddress) !== 0)
      throw systemError(this.#calls, 'epoll_ctl')
    this.#members.set(fd, member)
  }

  /** To be called before the descriptor is closed. Without members nothing stays open. */
  remove(fd: number): void {
    if (!this.#members.delete(fd)) return
    this.#calls.epoll_ctl(this.#fd, abi.EPOLL_CTL_DEL, fd, this.#eventAddress)
    if (this.#members.size === 0) this.#close()
  }

  #open(): void {
    const fd = ownedByThread(this.#calls, this.#calls.epoll_create1(abi.EPOLL_CLOEXEC))
    if (fd < 0) throw systemError(this.#calls, 'epoll_create1')
    this.#fd = fd
    this.#watch = this.#calls.watch(fd, this.#onReady)
  }

  #close(): void {
    this.#watch?.close()
    this.#watch = null
    closeSocket(this.#fd)
    this.#fd = -1
  }

  /** A member may remove others meanwhile, and new ones may get their descriptors: those find nothing to read. */
  readonly #onReady = (): void => {
    const count = this.#calls.epoll_wait(this.#fd, this.#eventsAddress, EVENTS, 0)
    this.#watcher?.begin()
    for (let i = 0; i < count; i++) this.#members.get(this.#events[i * EVENT_WORDS + DATA_WORD]!)?.onReadable()
    this.#watcher?.end()
  }
}
