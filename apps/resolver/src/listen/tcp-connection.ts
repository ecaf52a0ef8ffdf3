/**
 * One client connection: messages in, answers out in the order in which they become ready (RFC 7766 §6.2.1.1).
 *
 * It stops reading, so that TCP itself slows the client down, while too many of its queries are unanswered, too many
 * octets wait to be sent, or the listener has no free slot.
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { writeClientAddress } from './client-address.ts'
import { FrameReader, frame } from './stream-framing.ts'

/** Unanswered queries of one connection. */
export const MAX_QUERIES_IN_FLIGHT = 100
/** Octets that wait for the client to read them, before its next query is looked at. */
const MAX_UNSENT_OCTETS = 256 * 1024

/** What a connection needs of its listener. */
export interface ConnectionOwner {
  /** @returns false when no slot is free; `connection.pump` is called once one is */
  hasSlot(connection: TcpConnection): boolean
  /** Takes one query; `message` may be kept, it is not used again. `connection.answer` is called once, perhaps before it returns. */
  handle(connection: TcpConnection, message: Uint8Array): void
  monotonic(): number
  closed(connection: TcpConnection): void
}

export class TcpConnection {
  /** The address as text. */
  readonly client: string
  /** 16 octets, as in QueryContext. */
  readonly clientAddress = new Uint8Array(16)
  readonly clientPort: number
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #reader = new FrameReader()
  #inFlightCount = 0
  #lastActiveMs: number
  /** When the message that is still incomplete began; -1: none is. */
  #messageBeganMs = -1
  #hasEnded = false
  #isPumping = false

  /** @param client its address, as it was when it was counted */
  constructor(socket: Socket, owner: ConnectionOwner, client: string) {
    this.#socket = socket
    this.#owner = owner
    this.client = client
    this.clientPort = socket.remotePort ?? 0
    writeClientAddress(this.client, this.clientAddress)
    this.#lastActiveMs = owner.monotonic()
    socket.on('data', (chunk: Uint8Array) => {
      this.#reader.append(chunk)
      this.pump()
    })
    socket.on('drain', () => {
      this.#lastActiveMs = owner.monotonic()
      this.pump()
    })
    socket.on('end', () => {
      this.#hasEnded = true
      this.pump()
    })
    // A client that is gone is no event; 'close' follows.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => owner.closed(this))
  }

  /** Nothing is due in either direction: it may be closed without loss. */
  get isIdle(): boolean {
    return this.#inFlightCount === 0 && !this.#reader.isWithinMessage && this.#socket.writableLength === 0
  }

  /** As TLS's server_name extension has it; empty: none, or no TLS. */
  get serverName(): string {
    const name: unknown = (this.#socket as Partial<TLSSocket>).servername
    return typeof name === 'string' ? name : ''
  }

  get lastActiveMs(): number {
    return this.#lastActiveMs
  }

  /** Hands out the messages that have come, as far as the bounds allow. */
  pump(): void {
    // An answer that is given at once leads back here: the loop that runs already goes on.
    if (this.#isPumping || this.#socket.destroyed) return
    this.#isPumping = true
    const isHeldBack = this.#readMessages()
    this.#isPumping = false
    if (!isHeldBack) this.#messageBeganMs = this.#reader.isWithinMessage ? this.#messageStart() : -1
    if (isHeldBack) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
    if (this.#hasEnded && !isHeldBack && this.#inFlightCount === 0) this.#socket.end()
  }

  /** Ends one query: sends the first `length` octets of `response`, copied; nothing when `length` is 0. `pump` next. */
  answer(response: Uint8Array, length: number): void {
    this.#inFlightCount--
    if (this.#socket.destroyed) return
    this.#lastActiveMs = this.#owner.monotonic()
    if (length > 0) this.#socket.write(frame(response, length))
  }

  /**
   * What the clock says of this connection.
   * @returns why it has to be closed, or null
   */
  overdue(nowMs: number, idleTimeoutMs: number, messageTimeoutMs: number): 'idle' | 'slow' | null {
    if (this.#messageBeganMs >= 0 && nowMs - this.#messageBeganMs >= messageTimeoutMs) return 'slow'
    if (this.#messageBeganMs >= 0 || this.#inFlightCount > 0 || nowMs - this.#lastActiveMs < idleTimeoutMs) return null
    return this.#socket.writableLength > 0 ? 'slow' : 'idle'
  }

  /** Sends a FIN behind the last answer when there is one to send, then closes for good. */
  close(): void {
    this.#socket.end(() => this.#socket.destroy())
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** @returns true when a bound was reached before the octets that have come were used up */
  #readMessages(): boolean {
    for (;;) {
      if (this.#inFlightCount >= MAX_QUERIES_IN_FLIGHT) return true
      if (this.#socket.writableLength > MAX_UNSENT_OCTETS) return true
      if (!this.#owner.hasSlot(this)) return true
      const message = this.#reader.next()
      if (message === null) return false
      // The next message has its own time, even if its first octets are here already.
      this.#messageBeganMs = -1
      this.#lastActiveMs = this.#owner.monotonic()
      this.#inFlightCount++
      this.#owner.handle(this, message)
    }
  }

  #messageStart(): number {
    return this.#messageBeganMs >= 0 ? this.#messageBeganMs : this.#owner.monotonic()
  }
}
