/**
 * What the API asks of the resolver: HTTP over a Unix socket in the data folder, JSON both ways.
 *
 * | request             | body               | reply                                                       |
 * |---------------------|--------------------|-------------------------------------------------------------|
 * | POST /reload        | ReloadRequest      | ReloadReply, when every worker answers by that revision     |
 * | GET  /status        |                    | ResolverStatus (contract/system.ts) + upstreams             |
 * | GET  /explain?…     | ExplainCommand     | Explanation                                                 |
 * | GET  /reverse-name?name= |             | {name}: what a PTR query of our own is answered with, or null |
 * | POST /cache/flush   | FlushCommand       | FlushResult                                                 |
 * | GET  /samples       |                    | RecentSamples: the last 300 seconds                         |
 * | GET  /stream        |                    | NDJSON of StreamMessage, until either side hangs up         |
 * | GET  /metrics       |                    | Prometheus text                                             |
 * | POST /log/checkpoint | {mode}            | CheckpointResult, by the log writer, the only writer of log.db |
 * | POST /log/clear     | –                  | ClearLogReply, by the log writer                            |
 */
import type { QueryLogEntry } from '../contract/queries.ts'
import type { Sample } from '../contract/stats.ts'
import type { ResolverStatus } from '../contract/system.ts'

export interface ReloadRequest {
  readonly revision: number
  /** Missing: the reply comes when the revision is in effect, or cannot be. */
  readonly patienceMs?: number | undefined
  /** The change was none of lists: what others changed in them, and is being compiled, is not waited for. */
  readonly isWithoutLists?: boolean | undefined
}
export interface ReloadReply {
  /** The revision in effect, at least the one asked for when `applied`. */
  readonly revision: number
  readonly applied: boolean
  /** Why not, where it was not. */
  readonly detail?: string
  /** The asker's patience ended before it was decided, as lists are compiled: to be asked again. */
  readonly isUnderWay?: boolean
}

export interface ClearLogReply {
  /** False while log.db cannot be used. */
  readonly cleared: boolean
}

export interface UpstreamStatus {
  readonly address: string
  readonly state: 'up' | 'down' | 'unknown'
  readonly queries: number
  readonly failures: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly lastError: string | null
}

export type StatusReply = ResolverStatus & { readonly upstreams: readonly UpstreamStatus[] }

/** How a compile goes on, for the lists page. */
export interface CompileProgress {
  readonly revision: number
  readonly namesDone: number
  readonly namesTotal: number
}

export type StreamMessage =
  | { readonly kind: 'sample'; readonly sample: Sample }
  /** The log's tail; sampled when there are more than STREAM_QUERIES_PER_SECOND. Id is 0: not yet stored. */
  | { readonly kind: 'queries'; readonly entries: readonly QueryLogEntry[]; readonly skipped: number }
  | { readonly kind: 'compile'; readonly progress: CompileProgress }
  | { readonly kind: 'simulation'; readonly key: string; readonly share: number }

export const STREAM_QUERIES_PER_SECOND = 100
