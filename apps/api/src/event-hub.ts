/**
 * In-process events for `GET /api/v1/events`: slices publish, the event stream listens.
 * Publishing never waits and never fails; a listener that throws is a bug of the listener.
 */
import type { EVENT_NAMES } from '@weir/shared/contract/stats'

export type EventName = (typeof EVENT_NAMES)[number]

export interface HubEvent {
  readonly name: EventName
  readonly data: unknown
}

export class EventHub {
  readonly #listeners = new Set<(event: HubEvent) => void>()

  publish(name: EventName, data: unknown): void {
    for (const listener of this.#listeners) listener({ name, data })
  }

  /** @returns ends the subscription */
  subscribe(listener: (event: HubEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
