/** Adds up what the workers tell of the names on disk. */
import type { TierStatus } from '@weir/shared/contract/tier-status'
import type { CompiledTier } from '../rules/policy-data.ts'
import type { TierCounters } from '../rules/tier-index.ts'
import { partPath } from '../store/tier-files.ts'
import type { TierReport } from '../threads/worker-messages.ts'

export function tierStatus(
  tier: CompiledTier,
  reports: readonly (TierReport | null)[],
  keptResultsLimit: number,
): TierStatus {
  const present = reports.filter((report) => report !== null)
  const sum = (name: keyof TierCounters): number => present.reduce((total, { counters }) => total + counters[name], 0)
  const [lookups, passed, found, fromCache] = [sum('lookups'), sum('passed'), sum('found'), sum('fromCache')]
  const pages = tier.partOctets.reduce((total, octets) => total + octets, 0)
  const filterOctets = tier.filter.bits.byteLength
  return {
    names: tier.names,
    lists: tier.lists.length,
    parts: tier.partOctets.map((sizeOctets, part) => ({ file: partPath(`tiers/${tier.id}`, part), sizeOctets })),
    sizeOctets: pages + filterOctets + tier.sets.byteLength,
    filterOctets,
    expectedPassRate: tier.falsePositiveRate,
    falsePositiveRate: lookups > found ? (passed - found) / (lookups - found) : null,
    hitRate: passed > 0 ? fromCache / passed : null,
    lookups,
    passed,
    found,
    keptResults: present.reduce((total, report) => total + report.keptResults, 0),
    keptResultsLimit: keptResultsLimit * reports.length,
    reads: sum('reads'),
    slowReads: sum('slowReads'),
    unreadable: sum('unreadable'),
  }
}
