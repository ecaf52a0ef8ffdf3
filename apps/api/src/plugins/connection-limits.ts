/**
 * How many connections may be open, in all and of one address: each holds a descriptor and memory, whether it asks or not.
 * One over the bound is told so and closed; those that are open go on.
 *
 * Counted is the socket's address, which no header changes. Behind a proxy all connections are the proxy's: the bound of one
 * address is far above what a browser opens, and does not hold for proxies that the settings name.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf } from '../identity/attempt-limiter.ts'
import { closeWith } from './client-errors.ts'

export interface ConnectionBounds {
  readonly perAddress: number
  readonly inAll: number
}

const BOUNDS: ConnectionBounds = { perAddress: 256, inAll: 1024 }
/** For the answer to get through. */
const LINGER_MS = 1000
/** Connections that are refused may linger so many at a time; further ones are closed at once. */
const MAX_LINGERING = 64

export class ConnectionLimits {
  /** Plain numbers that only grow, but for `open`. */
  readonly counters = { open: 0, refusedFull: 0, refusedAddressFull: 0 }
  readonly #bounds: ConnectionBounds
  readonly #ofAddress = new Map<string, number>()
  readonly #isTrusted: (address: string) => boolean
  #lingering = 0

  /** @param isTrusted whether an address is that of a proxy, for which the bound of one address does not hold */
  constructor(isTrusted: (address: string) => boolean, bounds: ConnectionBounds = BOUNDS) {
    this.#isTrusted = isTrusted
    this.#bounds = bounds
  }

  /** Stands in front of what the server does with a new connection. */
  guard(server: Server): void {
    const serve = server.listeners('connection') as ((socket: Socket) => void)[]
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      if (this.#admit(socket)) for (const each of serve) each.call(server, socket)
      else this.#refuse(socket)
    })
  }

  #admit(socket: Socket): boolean {
    const { counters } = this
    const address = socket.remoteAddress ?? ''
    const key = networkOf(address)
    const open = this.#ofAddress.get(key) ?? 0
    if (open >= this.#bounds.perAddress && !this.#isTrusted(address)) counters.refusedAddressFull++
    else if (counters.open >= this.#bounds.inAll) counters.refusedFull++
    else {
      counters.open++
      this.#ofAddress.set(key, open + 1)
      socket.once('close', () => this.#release(key))
      return true
    }
    return false
  }

  #release(key: string): void {
    this.counters.open--
    const left = this.#ofAddress.get(key)! - 1
    if (left === 0) this.#ofAddress.delete(key)
    else this.#ofAddress.set(key, left)
  }

  #refuse(socket: Socket): void {
    socket.on('error', () => undefined)
    if (this.#lingering >= MAX_LINGERING) return void socket.destroy()
    this.#lingering++
    const giveUp = setTimeout(() => socket.destroy(), LINGER_MS).unref()
    socket.once('close', () => {
      clearTimeout(giveUp)
      this.#lingering--
    })
    const detail = `${this.#bounds.perAddress} connections of one address, and ${this.#bounds.inAll} in all, may be open`
    closeWith(socket, 'too-many-requests', detail)
    // Closed with unread octets, the system would throw away the answer too.
    socket.resume()
  }
}
