import type { SimulationResult } from '@weir/shared/contract/simulation'
import type { SimulationCommand } from '@weir/shared/control/simulation'
import type { CompiledIndex } from '../rules/policy-data.ts'

export interface SimulationJob extends SimulationCommand {
  readonly databasePath: string
  /** Folder of the names beyond the memory budget. */
  readonly tiersPath: string
  readonly logPath: string
  /** The upstreams of a first start, before settings exist. */
  readonly fallbackServers: readonly string[]
  /** The one in use, by reference. */
  readonly index: CompiledIndex | null
}

export type FromSimulation =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly result: SimulationResult }
  | { readonly kind: 'failed'; readonly detail: string }
