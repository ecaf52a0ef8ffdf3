/** How a thread opens names on disk: by the settings in effect. */
import type { StorageSettings } from '@weir/shared/contract/storage-settings'
import type { TierOpener } from '../rules/policy.ts'
import { TierIndex } from '../rules/tier-index.ts'
import { TierFiles } from './tier-files.ts'
import { TierReader } from './tier-reader.ts'

/**
 * @param path      folder of the tiers
 * @param settings  read whenever a tier is opened
 * @param onDamage  told once a tier, of the first page that cannot be read
 */
export function tierOpener(
  path: string,
  settings: () => StorageSettings,
  onDamage: (tierId: string, detail: string) => void,
): TierOpener {
  const files = new TierFiles(path)
  return (tier) => {
    const { keptResults, tierCacheOctets, tierMmapOctets } = settings()
    const memory = { cacheOctets: tierCacheOctets, mmapOctets: tierMmapOctets }
    return new TierIndex(tier, {
      reader: new TierReader(files.folderOf(tier.id), tier, memory),
      results: keptResults,
      onDamage: (detail) => onDamage(tier.id, detail),
    })
  }
}
