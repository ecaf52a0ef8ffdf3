/** What the main thread and its query workers tell each other; everything is structured-cloneable, buffers are shared. */
import type { UpstreamStatus } from '@weir/shared/control/messages'
import type { Endpoint, SecureListen } from '@weir/shared/environment'
import type { Designation } from '../query/policy-parts.ts'
import { packRows } from '../rules/packed-rows.ts'
import type { CompiledIndex, ConfigData, ListRuleRow, Rows } from '../rules/policy-data.ts'
import type { TierCounters } from '../rules/tier-index.ts'
import type { RecorderMemory } from '../telemetry/recorder.ts'

/** All that a query worker starts with. */
export interface WorkerStart {
  readonly workerIndex: number
  readonly listen: readonly Endpoint[]
  /** Streams are served by one worker: connections are long, and few. */
  readonly servesStreams: boolean
  readonly recorder: RecorderMemory
  /** Of the worker that serves streams; null: neither DoT nor DoH. */
  readonly secure: SecureListen | null
  /** Of `createRateTable`. */
  readonly rateTable: SharedArrayBuffer
  /** Of `createWaitingTable`. */
  readonly waitingTable: SharedArrayBuffer
  /** Of `createCookieSecrets`. */
  readonly cookieSecrets: SharedArrayBuffer
  readonly state: WorkerState
  readonly bootstrapServers: readonly string[]
  /** Folder of the names beyond the memory budget. */
  readonly tiersPath: string
}

/** How a worker's look-ups of names on disk went, since it opened them. */
export interface TierReport {
  readonly counters: TierCounters
  readonly keptResults: number
}

/** An index on its way: a worker takes its complex lines one at a time. */
export interface PostedIndex extends Omit<CompiledIndex, 'listRules'> {
  readonly listRules: Rows<ListRuleRow>
}
export const postedIndex = (index: CompiledIndex | null): PostedIndex | null =>
  index && { ...index, listRules: packRows(index.listRules) }

/** What decides how a worker answers. */
export interface WorkerState {
  readonly config: ConfigData
  readonly index: PostedIndex | null
  /** Null: the cache is switched off. */
  readonly cache: SharedArrayBuffer | null
  /** By upstream index: the same in every worker, grows only. */
  readonly upstreams: readonly string[]
  /** What clients are told of DoT and DoH; null: neither listens. */
  readonly designation: Designation | null
}

export type ToWorker =
  /** The first: the thread has loaded its code meanwhile. Answered with `ready` or `failed`. */
  | { readonly kind: 'start'; readonly start: WorkerStart }
  /** Whatever is missing stays as it is. Answered with `applied`. */
  | { readonly kind: 'apply'; readonly ticket: number; readonly change: Partial<WorkerState> }
  /** Ask for the name of an address, for ourselves. Answered with `looked-up`. */
  | { readonly kind: 'look-up'; readonly ticket: number; readonly reverse: string }
  /** Let go of what was replaced. */
  | { readonly kind: 'collect-garbage' }
  /** Take no more queries, answer those that wait, end. */
  | { readonly kind: 'stop' }

export interface ListenerInfo {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'https'
  readonly address: string
  readonly implementation: string
  readonly reason: string
  /** As in the contract of the resolver's status. */
  readonly receiveBufferOctets: number | null
}

/** Sums of what a worker's listeners and exchange have counted since its start, by metric name. */
export type WorkerCounters = Readonly<Record<string, number>>

export type FromWorker =
  | { readonly kind: 'ready'; readonly listeners: readonly ListenerInfo[]; readonly endpoints: readonly Endpoint[] }
  /** It cannot start; one line that names the setting. */
  | { readonly kind: 'failed'; readonly detail: string }
  /** Before `ready`, of the worker that serves them; and again when names or addresses have changed. */
  | { readonly kind: 'designation'; readonly designation: Designation | null }
  | { readonly kind: 'applied'; readonly ticket: number; readonly isApplied: boolean }
  | {
      readonly kind: 'report'
      readonly upstreams: readonly UpstreamStatus[]
      readonly counters: WorkerCounters
      readonly inFlight: number
      /** How often expressions of each list, 0: own ones, were not tried on a name: see skippedExpressionsOf. */
      readonly skippedExpressions: readonly (readonly [listId: number, count: number])[]
      /** Null: no names on disk. */
      readonly tier: TierReport | null
    }
  | { readonly kind: 'looked-up'; readonly ticket: number; readonly name: string | null }
  | { readonly kind: 'tier-damaged'; readonly tierId: string; readonly detail: string }
  | { readonly kind: 'bug'; readonly detail: string }
