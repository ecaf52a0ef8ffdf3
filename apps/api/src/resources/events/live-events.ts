/**
 * One NDJSON stream from the resolver, and the events of this process, fanned out to all clients.
 * The resolver is only listened to while somebody listens here.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@weir/shared/clock'
import type { QueryEvent, ResolverEvent } from '@weir/shared/contract/stats'
import type { StreamMessage } from '@weir/shared/control/messages'
import type { EventHub, EventName } from '../../event-hub.ts'
import type { ResolverClient } from '../../resolver-client.ts'
import { EventStream, formatEvent } from './event-stream.ts'

/** Between two attempts to reach the resolver. */
const RECONNECT_MS = 1000

export interface LiveParts {
  readonly resolver: ResolverClient
  readonly events: EventHub
  readonly clock: Clock
}

export class LiveEvents {
  readonly #parts: LiveParts
  readonly #streams = new Set<EventStream>()
  #listening: AbortController | undefined
  #unsubscribe: () => void = () => {}
  #state: ResolverEvent['state'] | undefined

  constructor(parts: LiveParts) {
    this.#parts = parts
  }

  get count(): number {
    return this.#streams.size
  }

  /** A new client's stream: tells the resolver's state first, where it is known. Destroying it ends the subscription. */
  open(): EventStream {
    const stream = new EventStream()
    this.#streams.add(stream)
    stream.once('close', () => this.#left(stream))
    if (this.#state !== undefined) stream.send('resolver', formatEvent('resolver', this.#resolverEvent(this.#state)))
    if (!this.#listening) this.#start()
    return stream
  }

  heartbeat(): void {
    for (const stream of this.#streams) stream.heartbeat()
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy()
    this.#stop()
  }

  #left(stream: EventStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size === 0) this.#stop()
  }

  #start(): void {
    const listening = new AbortController()
    this.#listening = listening
    this.#unsubscribe = this.#parts.events.subscribe(({ name, data }) => this.#send(name, data))
    void this.#listen(listening.signal)
  }

  #stop(): void {
    this.#listening?.abort()
    this.#listening = undefined
    this.#unsubscribe()
    this.#state = undefined
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.resolver.stream(
        signal,
        () => this.#setState('up'),
        (message) => this.#receive(message),
      )
      if (signal.aborted) return
      this.#setState('down')
      await delay(RECONNECT_MS, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  #receive(message: StreamMessage): void {
    if (message.kind === 'sample') this.#send('sample', message.sample)
    else if (message.kind === 'queries') {
      const event: QueryEvent = { entries: [...message.entries], skipped: message.skipped }
      this.#send('query', event)
    } else if (message.kind === 'simulation') this.#send('simulation', { key: message.key, share: message.share })
    // By the hub: lists are told too.
    else this.#parts.events.publish('resolver', { ...this.#resolverEvent('up'), compile: message.progress })
  }

  #setState(state: ResolverEvent['state']): void {
    if (this.#state === state) return
    this.#state = state
    this.#send('resolver', this.#resolverEvent(state))
  }

  #resolverEvent(state: ResolverEvent['state']): ResolverEvent {
    return { state, at: this.#parts.clock.now(), compile: null }
  }

  #send(name: EventName, data: unknown): void {
    const frame = formatEvent(name, data)
    for (const stream of this.#streams) stream.send(name, frame)
  }
}
