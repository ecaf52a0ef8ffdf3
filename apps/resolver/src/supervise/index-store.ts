/** The compiled rule index in the data folder: `rules.index`, and `tiers` with the names that memory has no room for. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { CompiledIndex } from '../rules/policy-data.ts'
import { KEY_OFFSET } from '../rules/rule-index.ts'
import { IndexFile } from '../store/index-file.ts'
import { TierFiles } from '../store/tier-files.ts'

export class IndexStore {
  readonly indexPath: string
  readonly tiersPath: string
  readonly #tiers: TierFiles
  readonly #logger: Logger

  constructor(dataDir: string, logger: Logger) {
    this.tiersPath = join(dataDir, 'tiers')
    this.indexPath = join(dataDir, 'rules.index')
    this.#tiers = new TierFiles(this.tiersPath)
    this.#logger = logger
  }

  /** The index of an earlier run. Without its tier, where that cannot be used: what is in memory filters meanwhile. */
  load(): { index: CompiledIndex | null; fault?: string } {
    const stored = new IndexFile(this.indexPath).read()
    if (!stored.ok) {
      this.#logger.info({ detail: stored.error }, 'no stored rule index')
      this.#tiers.removeOthers([], true)
      return { index: null }
    }
    const { index, tierId } = stored.value
    // What an interrupted run was making, or no longer needed.
    this.#tiers.removeOthers(tierId === undefined ? [] : [tierId], true)
    if (tierId === undefined) return { index }
    const tier = this.#tiers.read(tierId)
    const isOfIndex =
      tier.ok && areEqual(tier.value.key, new Uint8Array(index.table, KEY_OFFSET, tier.value.key.length))
    if (tier.ok && isOfIndex) return { index: { ...index, tier: tier.value } }
    const detail = tier.ok ? 'they belong to another index' : tier.error
    this.#logger.error({ detail }, 'names on disk')
    return { index, fault: `names on disk are being made again, until then they are not filtered: ${detail}` }
  }

  retireTiers({ tier }: CompiledIndex): void {
    this.#tiers.removeOthers(tier ? [tier.id] : [])
  }
}

const areEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((octet, i) => octet === b[i])
