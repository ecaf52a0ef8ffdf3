/** Who follows the resolver live, over the control socket: samples, the log's tail, a compile's progress. */
import type { StreamMessage } from '@weir/shared/control/messages'
import type { ListRow } from '../rules/policy-data.ts'
import type { TailBatch } from '../telemetry/log-tail.ts'

export class LiveStreams {
  readonly #listeners = new Set<(message: StreamMessage) => void>()
  readonly #wantTail: (isWanted: boolean) => void

  /** @param wantTail told when the first comes and when the last goes */
  constructor(wantTail: (isWanted: boolean) => void) {
    this.#wantTail = wantTail
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (message: StreamMessage) => void): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#wantTail(true)
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#wantTail(false)
    }
  }

  tell(message: StreamMessage): void {
    for (const listener of this.#listeners) listener(message)
  }

  /** The log knows lists by number only. */
  tellTail({ entries, skipped }: TailBatch, lists: readonly ListRow[]): void {
    const names = new Map(lists.map(({ id, name }) => [id, name]))
    const named = entries.map((entry) =>
      entry.listId === null ? entry : { ...entry, listName: names.get(entry.listId) ?? null },
    )
    this.tell({ kind: 'queries', entries: named, skipped })
  }
}
