/**
 * Live data (design section 8): one SSE stream for the whole console, kept as the last minutes of samples.
 * Reconnects by itself with a back-off; what it had stays, marked as old.
 */
import type { ListEvent } from '@weir/shared/contract/lists'
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import type { ImportEvent, QueryEvent, Sample, SimulationEvent, UndoEvent } from '@weir/shared/contract/stats'
import { apiUrl } from './http.ts'

/** Seconds of samples kept: the widest live chart. */
export const MAX_SAMPLES = 300
const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 15_000
/** No sample for this long: the figures are old, whatever the connection says. */
const STALE_AFTER_MS = 5000

export interface LiveState {
  readonly connection: 'connecting' | 'open' | 'lost'
  readonly resolver: 'up' | 'down' | 'unknown'
  /** Since when there is no fresh data; null while there is. */
  readonly staleSince: number | null
}

export interface LiveEvents {
  sample: readonly Sample[]
  state: LiveState
  query: readonly QueryLogEntry[]
  list: ListEvent
  change: { readonly entity?: string }
  import: ImportEvent
  undo: UndoEvent
  simulation: SimulationEvent
}
type Handler<K extends keyof LiveEvents> = (data: LiveEvents[K]) => void

export class LiveStore {
  #source: EventSource | null = null
  #samples: readonly Sample[] = []
  #state: LiveState = { connection: 'connecting', resolver: 'unknown', staleSince: null }
  #retryMs = FIRST_RETRY_MS
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #staleTimer: ReturnType<typeof setTimeout> | undefined
  #handlers: { [K in keyof LiveEvents]: Set<Handler<K>> } = {
    sample: new Set(),
    state: new Set(),
    query: new Set(),
    list: new Set(),
    change: new Set(),
    import: new Set(),
    undo: new Set(),
    simulation: new Set(),
  }

  get samples(): readonly Sample[] {
    return this.#samples
  }
  get state(): LiveState {
    return this.#state
  }

  /** @returns how to stop listening */
  on<K extends keyof LiveEvents>(topic: K, handler: Handler<K>): () => void {
    this.#handlers[topic].add(handler)
    return () => this.#handlers[topic].delete(handler)
  }

  start(): void {
    if (this.#source !== null) return
    const source = new EventSource(apiUrl('/events'))
    this.#source = source
    source.addEventListener('open', () => {
      this.#retryMs = FIRST_RETRY_MS
      this.#set({ connection: 'open' })
      this.#armStaleTimer()
    })
    source.addEventListener('error', () => this.#retry())
    this.#receive(source, 'sample', (sample: Sample) => this.addSamples([sample]))
    this.#receive(source, 'query', (data: QueryEvent) => this.#emit('query', data.entries))
    this.#receive(source, 'list', (data: LiveEvents['list']) => this.#emit('list', data))
    this.#receive(source, 'change', (data: LiveEvents['change']) => this.#emit('change', data))
    this.#receive(source, 'undo', (data: LiveEvents['undo']) => this.#emit('undo', data))
    this.#receive(source, 'simulation', (data: SimulationEvent) => this.#emit('simulation', data))
    this.#receive(source, 'import', (data: LiveEvents['import']) => this.#emit('import', data))
    this.#receive(source, 'resolver', (data: { state: 'up' | 'down'; at: number }) =>
      this.#set({ resolver: data.state, ...(data.state === 'down' && { staleSince: data.at }) }),
    )
  }

  stop(): void {
    this.#source?.close()
    this.#source = null
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#staleTimer)
  }

  /** Merges samples by their second, oldest first, the last MAX_SAMPLES of them. */
  addSamples(incoming: readonly Sample[]): void {
    if (incoming.length === 0) return
    const bySecond = new Map([...this.#samples, ...incoming].map((sample) => [Math.round(sample.at / 1000), sample]))
    this.#samples = [...bySecond.values()].sort((a, b) => a.at - b.at).slice(-MAX_SAMPLES)
    this.#emit('sample', this.#samples)
    if (Date.now() - incoming.at(-1)!.at < STALE_AFTER_MS) {
      this.#set({ resolver: 'up', staleSince: null })
      this.#armStaleTimer()
    }
  }

  #receive<T>(source: EventSource, name: string, handle: (data: T) => void): void {
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as T))
  }

  #retry(): void {
    this.#source?.close()
    this.#source = null
    this.#set({ connection: 'lost', staleSince: this.#state.staleSince ?? Date.now() })
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.start(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS)
  }

  #armStaleTimer(): void {
    clearTimeout(this.#staleTimer)
    this.#staleTimer = setTimeout(() => {
      this.#set({ staleSince: this.#state.staleSince ?? this.#samples.at(-1)?.at ?? Date.now() })
    }, STALE_AFTER_MS)
  }

  #set(patch: Partial<LiveState>): void {
    const next = { ...this.#state, ...patch }
    const isSame = (Object.keys(next) as (keyof LiveState)[]).every((key) => next[key] === this.#state[key])
    if (isSame) return
    this.#state = next
    this.#emit('state', next)
  }

  #emit<K extends keyof LiveEvents>(topic: K, data: LiveEvents[K]): void {
    for (const handler of this.#handlers[topic]) handler(data)
  }
}
