/**
 * One client's server-sent events (WHATWG HTML §9.2), with a bound on what waits for a slow one.
 *
 * ```
 *  waiting octets   0 ………… 64 KiB ………………………… 1 MiB
 *  sample, query    sent     skipped, counted   ┐
 *  the others       sent     sent               ┘ the client is cut; it reconnects and reads afresh
 * ```
 */
import { Readable } from 'node:stream'
import type { EventName } from '../../event-hub.ts'

export const SKIP_ABOVE_OCTETS = 64 * 1024
export const CUT_ABOVE_OCTETS = 1024 * 1024
/** What a browser waits before it reconnects. */
const RETRY_MS = 2000

/** Events of which the next makes the last one worthless. */
const SKIPPABLE: ReadonlySet<EventName> = new Set(['sample', 'query'])

export class EventStream extends Readable {
  skippedCount = 0

  constructor() {
    super({ read() {} })
    this.push(`retry: ${RETRY_MS}\n\n`)
  }

  /** @param frame made by `formatEvent`, shared by all clients */
  send(name: EventName, frame: string): void {
    if (this.destroyed) return
    if (this.readableLength > SKIP_ABOVE_OCTETS && SKIPPABLE.has(name)) this.skippedCount++
    else this.#push(frame)
  }

  /** A comment that keeps proxies from ending a silent connection. */
  heartbeat(): void {
    this.#push(': heartbeat\n\n')
  }

  #push(text: string): void {
    if (this.destroyed) return
    if (this.readableLength > CUT_ABOVE_OCTETS) this.destroy()
    else this.push(text)
  }
}

/** JSON has no line ends of its own, so that data is always one line. */
export const formatEvent = (name: EventName, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
