/** The resolver's state as the control socket tells it. */
import { systemClock } from '@weir/shared/clock'
import type { StatusReply } from '@weir/shared/control/messages'
import type { Policy } from '../rules/policy.ts'
import { indexOctetsOf } from '../rules/policy-figures.ts'
import type { QueryWorkers } from '../threads/query-workers.ts'
import { VERSION } from '../version.ts'
import type { CacheMemory } from './cache-memory.ts'
import type { ConfigKeeper } from './config-keeper.ts'
import { expressionFaults, listFaults } from './expression-faults.ts'
import { mergeUpstreams } from './merge-upstreams.ts'
import { tierStatus } from './tier-status.ts'
import type { TurnedAway } from './turned-away.ts'

export interface ResolverParts {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly keeper: ConfigKeeper
  readonly workers: QueryWorkers
  readonly policy: Policy
  readonly cache: CacheMemory
  readonly log: StatusReply['log']
  readonly turnedAway: TurnedAway
}

export function statusOf({ startedAt, keeper, workers, policy, cache, log, turnedAway }: ResolverParts): StatusReply {
  const { index, tier, settings } = policy
  const { rulesMemoryOctets, keptResults } = settings.storage
  const { entryCount, sizeOctets, limitOctets } = cache.use
  const cut = {
    cutSearches: workers.counters['patterns_cut'] ?? 0,
    skipped: workers.reports.flatMap(({ skippedExpressions }) => skippedExpressions),
  }
  return {
    startedAt,
    pid: process.pid,
    revision: keeper.revision,
    version: VERSION,
    workers: workers.states,
    listeners: [...workers.listeners],
    index: {
      names: index?.names ?? 0,
      sizeOctets: indexOctetsOf(policy),
      lists: (index?.lists.length ?? 0) + (tier?.lists.length ?? 0),
      ...keeper.indexes.compiled,
      budgetOctets: rulesMemoryOctets,
      tier:
        tier &&
        tierStatus(
          tier.tier,
          workers.reports.map((report) => report.tier),
          keptResults,
        ),
    },
    ownRules: policy.own.size,
    cache: { entries: entryCount, sizeOctets, limitOctets },
    log,
    faults: [
      ...keeper.faults,
      ...expressionFaults(policy, cut),
      ...turnedAway.faults(settings.access.waitingQueries, systemClock.monotonic()),
    ],
    listFaults: listFaults(policy, cut),
    upstreams: mergeUpstreams(
      workers.reports.map(({ upstreams }) => upstreams),
      new Set(policy.upstreams.allServers(policy.own.elaborate)),
    ),
  }
}
