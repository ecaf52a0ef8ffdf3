/** What the main thread and the log writer's thread say to each other. */
import type { CheckpointResult } from '@weir/shared/contract/system'
import type { DatabaseTuning } from '@weir/shared/db/open-database'
import type { Effect } from './effects.ts'
import type { CheckpointMode } from './log-store.ts'
import type { TailBatch } from './log-tail.ts'
import type { LogSettings, LogWriterStatus } from './log-writer.ts'

export type LogWriterRequest =
  | { readonly kind: 'configure'; readonly settings: LogSettings; readonly tuning?: DatabaseTuning }
  /** By upstream index; grows, never shrinks. */
  | { readonly kind: 'upstreams'; readonly addresses: readonly string[] }
  | { readonly kind: 'effect'; readonly effect: Effect }
  /** Does anybody look at the tail? */
  | { readonly kind: 'tail'; readonly isWanted: boolean }
  | { readonly kind: 'checkpoint'; readonly id: number; readonly mode: CheckpointMode }
  | { readonly kind: 'clear'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }

export type LogWriterReport =
  | { readonly kind: 'status'; readonly status: LogWriterStatus }
  | { readonly kind: 'tail'; readonly tail: TailBatch }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: CheckpointResult | boolean | null }
