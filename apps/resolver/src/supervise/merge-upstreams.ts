import type { UpstreamStatus } from '@weir/shared/control/messages'

/** A server is up when some worker reaches it; down when none does, and one has tried. */
const STATES: readonly UpstreamStatus['state'][] = ['up', 'down', 'unknown']

/**
 * What each worker knows of its upstreams, as one picture. Percentiles are averaged by the workers' query counts.
 * @param inUse addresses to show; others are remembered but no longer asked
 */
export function mergeUpstreams(
  reports: readonly (readonly UpstreamStatus[])[],
  inUse: ReadonlySet<string>,
): UpstreamStatus[] {
  return [...inUse].map((address) => {
    const parts = reports.flatMap((report) => report.filter((status) => status.address === address))
    const sum = (key: 'queries' | 'failures'): number => parts.reduce((total, part) => total + part[key], 0)
    return {
      address,
      state: STATES.find((state) => parts.some((part) => part.state === state)) ?? 'unknown',
      queries: sum('queries'),
      failures: sum('failures'),
      p50Ms: weightedMean(parts, 'p50Ms'),
      p95Ms: weightedMean(parts, 'p95Ms'),
      lastError: parts.find(({ lastError }) => lastError !== null)?.lastError ?? null,
    }
  })
}

function weightedMean(parts: readonly UpstreamStatus[], key: 'p50Ms' | 'p95Ms'): number | null {
  const known = parts.filter((part) => part[key] !== null && part.queries > 0)
  const weight = known.reduce((total, { queries }) => total + queries, 0)
  return weight === 0 ? null : known.reduce((total, part) => total + (part[key] ?? 0) * part.queries, 0) / weight
}
