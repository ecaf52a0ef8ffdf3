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
