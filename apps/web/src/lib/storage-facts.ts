/** Words for names on disk, which the overview and the database page share. */
import type { ResolverState } from './api/resolver.ts'
import { formatCount, formatOctets, formatPercent, NO_VALUE } from './format.ts'

export type Tier = NonNullable<ResolverState['index']['tier']>

/** `0.087 %`: one decimal is not enough for a good filter. */
export function formatSmallShare(share: number | null): string {
  if (share === null) return NO_VALUE
  const percent = share * 100
  if (percent === 0) return '0 %'
  return percent >= 1 ? `${percent.toFixed(1)} %` : percent < 0.001 ? '< 0.001 %' : `${percent.toFixed(3)} %`
}

export const filterText = ({ filterOctets, names }: Tier): string =>
  `${formatOctets(filterOctets)}, ${names === 0 ? NO_VALUE : ((filterOctets * 8) / names).toFixed(1)} bits a name`

export const falsePositiveText = ({ falsePositiveRate, expectedPassRate }: Tier): string =>
  falsePositiveRate === null
    ? `${formatSmallShare(expectedPassRate)} when it was made`
    : `${formatSmallShare(falsePositiveRate)}, ${formatSmallShare(expectedPassRate)} when it was made`

export const keptText = ({ keptResults, keptResultsLimit, hitRate }: Tier): string =>
  `${formatCount(keptResults)} of ${formatCount(keptResultsLimit)}, ${formatPercent(hitRate)} hits`

/** Of a name of a table in memory (docs/scale.md), octets. */
const OCTETS_IN_MEMORY = 10.7
/** Of a name in a good filter, twelve bits a name: it lets `GOOD_PASS_RATE` of unlisted names pass. */
const OCTETS_IN_FILTER = 1.5
const GOOD_PASS_RATE = 0.0042
const MB = 1024 * 1024

/** What more memory for names would bring; undefined where all of them lie in memory. */
export function moreMemoryText({ names, tier }: ResolverState['index']): string | undefined {
  if (!tier) return undefined
  const all = `${megabytes((names + tier.names) * OCTETS_IN_MEMORY)} hold all of them`
  if (tier.expectedPassRate <= GOOD_PASS_RATE) return all
  // Beside the filter, names in memory have a sixteenth of the budget at least, and a quarter at most.
  const filter = tier.names * OCTETS_IN_FILTER
  const tables = Math.min(Math.max(names * OCTETS_IN_MEMORY, filter / 15), filter / 3)
  return `with ${megabytes(filter + tables)} ${(GOOD_PASS_RATE * 100).toFixed(2)} % pass; ${all}`
}

const megabytes = (octets: number): string => `${formatCount(Math.ceil(octets / MB))} MB`
