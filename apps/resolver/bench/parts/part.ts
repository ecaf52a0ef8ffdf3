/** A part of the benchmark: measures one thing, in a world of its own. */
import type { World } from '../comparison/world.ts'

/** What a run can be told; each part says which of them it heeds (scripts/lib/bench-parts.mjs). */
export interface PartSettings {
  /** Of each load. */
  readonly seconds: number
  /** In the block list. */
  readonly names: number
  /** Of the soak. */
  readonly minutes: number
  /** Folder of real names and lists. */
  readonly data: string
  /** Small and without load: only to see that it works. */
  readonly isSmoke: boolean
}

export interface PartReport {
  readonly markdown: string
  /** The same, for programs and tests. */
  readonly values: Readonly<Record<string, number>>
}

export type Part = (world: World, settings: PartSettings) => Promise<PartReport>
