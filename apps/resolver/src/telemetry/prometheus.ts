/**
 * `GET /metrics`: everything that is counted.
 *
 * Names are `weir_<subsystem>_<what>_<unit>[_total]`. Labels take values from closed sets of this source or of the
 * configuration, never from queries: nobody can make up a name that grows this page.
 */

import type { Sample, UpstreamHealth } from '@weir/shared/contract/stats'
import type { ResolverStatus } from '@weir/shared/contract/system'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { bucketStartUs, LATENCY_BUCKETS } from '@weir/shared/log/latency-buckets'
import { OUTCOMES, POLICY_EFFECTS, REASONS, TRANSPORTS } from '@weir/shared/log/outcomes'
import type { z } from 'zod'
import {
  COUNTED_TYPES,
  COUNTERS,
  FORWARDED_LATENCY_AT,
  FORWARDED_SUM_AT,
  LOCAL_LATENCY_AT,
  LOCAL_SUM_AT,
  LOG_KEPT_AT,
  LOG_LEFT_OUT_AT,
  LOG_LOST_AT,
  LOG_WITHHELD_AT,
  OUTCOMES_AT,
  RCODE_ROOM,
  RCODES_AT,
  REASONS_AT,
  SHADOW_AT,
  sumCounters,
  TYPE_ROOM,
  TYPES_AT,
} from './counters.ts'
import { type Labels, line, metric, metricHead, type Series } from './exposition-format.ts'

export interface MetricsSources {
  readonly counters: readonly SharedArrayBuffer[]
  readonly status: ResolverStatus
  /** At most 32 a group, by the bounds of settings and rules. */
  readonly upstreams: readonly z.infer<typeof UpstreamHealth>[]
  readonly memory: Sample['memory']
  readonly inFlight: number
  /** By `<part>_<event>`, names of this source: what listeners, limits and upstream questions have counted. */
  readonly workerCounters: Readonly<Record<string, number>>
}

/** Octaves of the histograms that are shown as `le`: from 16 µs to 16.8 s, at the edges of buckets. */
const SHOWN_BOUNDS_US = Array.from({ length: 21 }, (_, i) => 2 ** (i + 4))

export function formatMetrics(sources: MetricsSources): string {
  const sums = new Float64Array(COUNTERS)
  sumCounters(sources.counters, sums)
  const { status, memory } = sources
  return [
    queryMetrics(sums),
    latencyMetrics(sums),
    metric(
      'weir_shadow_queries_total',
      'counter',
      'Queries to which rules and lists that only record would have done something.',
      POLICY_EFFECTS.map((effect, i): Series => [{ effect }, sums[SHADOW_AT + i]!]),
    ),
    metric('weir_queries_in_flight', 'gauge', 'Queries that wait for an upstream.', [[{}, sources.inFlight]]),
    metric('weir_cache_entries', 'gauge', 'Answers in the cache.', [[{}, status.cache.entries]]),
    metric('weir_cache_size_bytes', 'gauge', 'Memory that cached answers take.', [[{}, status.cache.sizeOctets]]),
    metric('weir_cache_limit_bytes', 'gauge', 'Memory that the cache may take.', [[{}, status.cache.limitOctets]]),
    metric('weir_rules_index_names', 'gauge', 'Names of lists in memory.', [[{}, status.index.names]]),
    metric(
      'weir_rules_index_size_bytes',
      'gauge',
      'Memory of the rule index, the filter before names on disk included.',
      [[{}, status.index.sizeOctets]],
    ),
    tierMetrics(status.index.tier),
    metric('weir_rules_own_rules', 'gauge', 'Own rules in effect.', [[{}, status.ownRules]]),
    metric('weir_config_revision', 'gauge', 'Revision of the configuration in effect.', [[{}, status.revision]]),
    metric('weir_worker_restarts_total', 'counter', 'Workers started again.', [
      [{}, status.workers.reduce((sum, worker) => sum + worker.restarts, 0)],
    ]),
    listenerMetrics(status.listeners),
    workerMetrics(sources.workerCounters),
    metric('weir_process_resident_memory_bytes', 'gauge', 'Resident memory.', [[{}, memory.residentOctets]]),
    metric('weir_process_heap_bytes', 'gauge', 'JavaScript heap of the main thread.', [[{}, memory.heapOctets]]),
    metric('weir_process_start_time_seconds', 'gauge', 'Start, seconds since the epoch.', [
      [{}, status.startedAt / 1000],
    ]),
    logMetrics(sums, status.log),
    upstreamMetrics(sources.upstreams),
  ].join('')
}

/** Names beyond the memory budget; nothing where there are none. */
function tierMetrics(tier: ResolverStatus['index']['tier']): string {
  if (!tier) return ''
  const lookups: readonly Series[] = [
    [{ result: 'filtered' }, tier.lookups - tier.passed],
    [{ result: 'listed' }, tier.found],
    [{ result: 'false-positive' }, tier.passed - tier.found],
  ]
  const reads: readonly Series[] = [
    [{ took: 'up-to-1-ms' }, tier.reads - tier.slowReads],
    [{ took: 'longer' }, tier.slowReads],
  ]
  return [
    metric('weir_rules_tier_names', 'gauge', 'Names of lists on disk.', [[{}, tier.names]]),
    metric('weir_rules_tier_size_bytes', 'gauge', 'Names on disk: files and filter.', [[{}, tier.sizeOctets]]),
    metric('weir_rules_tier_filter_bytes', 'gauge', 'Memory of the filter.', [[{}, tier.filterOctets]]),
    metric('weir_rules_tier_expected_pass_ratio', 'gauge', 'Unlisted names that pass the filter, when it was made.', [
      [{}, tier.expectedPassRate],
    ]),
    metric('weir_rules_tier_lookups_total', 'counter', 'Look-ups since the tier is in use.', lookups),
    metric('weir_rules_tier_kept_results', 'gauge', 'Results that workers keep.', [[{}, tier.keptResults]]),
    metric('weir_rules_tier_reads_total', 'counter', 'Pages read.', reads),
    metric('weir_rules_tier_unreadable_total', 'counter', 'Look-ups whose page was damaged.', [[{}, tier.unreadable]]),
  ].join('')
}

/** Sockets by how they move packets; addresses are those of the configuration. */
function listenerMetrics(listeners: ResolverStatus['listeners']): string {
  const sockets = new Map<string, Series>()
  for (const { transport, address, implementation } of listeners) {
    const labels = { transport, address, implementation }
    const key = Object.values(labels).join(' ')
    sockets.set(key, [labels, (sockets.get(key)?.[1] ?? 0) + 1])
  }
  const help = "Listening sockets of all workers; implementation 'dgram': batches are not possible here."
  const rooms = listeners.flatMap(({ address, receiveBufferOctets: octets }) =>
    octets === null ? [] : [{ address, octets }],
  )
  const smallest = new Map<string, number>()
  for (const { address, octets } of rooms) smallest.set(address, Math.min(octets, smallest.get(address) ?? octets))
  return (
    metric('weir_listener_sockets', 'gauge', help, [...sockets.values()]) +
    metric(
      'weir_listener_receive_buffer_bytes',
      'gauge',
      'Memory that the system gives to queries that wait, the smallest of all workers.',
      Array.from(smallest, ([address, octets]): Series => [{ address }, octets]),
    )
  )
}

/** Queries that were dropped before they became one are here alone. */
const workerMetrics = (counters: MetricsSources['workerCounters']): string =>
  metric(
    'weir_worker_events_total',
    'counter',
    'What listeners, rate limit and upstream questions have counted; udp_dropped_no_room: dropped by the kernel; waiting_limited: turned away, since their client had as many waiting as it may; patterns_cut: names tried against no more regular expressions.',
    Object.entries(counters).map(([event, count]): Series => [{ event }, count]),
  )

function queryMetrics(sums: Float64Array): string {
  const byOutcome = OUTCOMES.flatMap((outcome, o) =>
    TRANSPORTS.map((transport, t): Series => [{ outcome, transport }, sums[OUTCOMES_AT + o * TRANSPORTS.length + t]!]),
  )
  const types = COUNTED_TYPES.map((qtype, i): Series => [{ type: formatRrType(qtype) }, sums[TYPES_AT + i]!])
  const rcodes = Array.from(
    { length: RCODE_ROOM - 1 },
    (_, i): Series => [{ rcode: formatRcode(i) }, sums[RCODES_AT + i]!],
  )
  return [
    metric('weir_queries_total', 'counter', 'Queries by what became of them.', byOutcome),
    metric('weir_queries_by_type_total', 'counter', 'Queries by type.', [
      ...types,
      [{ type: 'other' }, sums[TYPES_AT + TYPE_ROOM - 1]!],
    ]),
    metric(
      'weir_queries_by_reason_total',
      'counter',
      'Queries by the reason of their answer.',
      REASONS.map((reason, i): Series => [{ reason }, sums[REASONS_AT + i]!]),
    ),
    metric('weir_responses_by_rcode_total', 'counter', 'Responses by RCODE.', [
      ...rcodes.filter(([, count]) => count > 0),
      [{ rcode: 'other' }, sums[RCODES_AT + RCODE_ROOM - 1]!],
    ]),
  ].join('')
}

function latencyMetrics(sums: Float64Array): string {
  const series = [
    ...histogram(sums, 'local', LOCAL_LATENCY_AT, LOCAL_SUM_AT),
    ...histogram(sums, 'upstream', FORWARDED_LATENCY_AT, FORWARDED_SUM_AT),
  ]
  const name = 'weir_response_duration_seconds'
  const lines = series.map(([suffix, labels, value]) => line(`${name}${suffix}`, labels, value))
  return `${metricHead(name, 'histogram', 'Time from query to response; local: cache, rules and local answers.')}${lines.join('')}`
}

function histogram(
  sums: Float64Array,
  source: string,
  at: number,
  sumAt: number,
): (readonly [string, Labels, number])[] {
  const series: (readonly [string, Labels, number])[] = []
  let bucket = 0
  let below = 0
  for (const boundUs of SHOWN_BOUNDS_US) {
    for (; bucket < LATENCY_BUCKETS && bucketStartUs(bucket + 1) <= boundUs; bucket++) below += sums[at + bucket]!
    series.push(['_bucket', { source, le: String(boundUs / 1e6) }, below])
  }
  for (; bucket < LATENCY_BUCKETS; bucket++) below += sums[at + bucket]!
  series.push(['_bucket', { source, le: '+Inf' }, below])
  series.push(['_sum', { source }, sums[sumAt]! / 1e6], ['_count', { source }, below])
  return series
}

function logMetrics(sums: Float64Array, log: ResolverStatus['log']): string {
  return [
    metric('weir_log_records_total', 'counter', 'Queries by what the log did with them.', [
      [{ fate: 'noted' }, sums[LOG_KEPT_AT]!],
      [{ fate: 'sampled-out' }, sums[LOG_LEFT_OUT_AT]!],
      [{ fate: 'withheld' }, sums[LOG_WITHHELD_AT]!],
      [{ fate: 'ring-full' }, sums[LOG_LOST_AT]!],
    ]),
    metric('weir_log_written_records_total', 'counter', 'Records written to log.db.', [[{}, log.written]]),
    metric('weir_log_dropped_records_total', 'counter', 'Records that log.db could not take.', [[{}, log.dropped]]),
    metric('weir_log_lost_hits_total', 'counter', 'Hits of lists and rules that log.db could not take.', [
      [{}, log.hitsLost],
    ]),
    metric('weir_log_broken', 'gauge', '1 while log.db cannot be used.', [[{}, log.state === 'broken' ? 1 : 0]]),
  ].join('')
}

function upstreamMetrics(upstreams: MetricsSources['upstreams']): string {
  const each = (value: (upstream: MetricsSources['upstreams'][number]) => number): Series[] =>
    upstreams.map((upstream) => [{ upstream: upstream.address }, value(upstream)])
  return [
    metric(
      'weir_upstream_queries_total',
      'counter',
      'Queries to upstreams.',
      each(({ queries }) => queries),
    ),
    metric(
      'weir_upstream_failures_total',
      'counter',
      'Queries that failed.',
      each(({ failures }) => failures),
    ),
    metric(
      'weir_upstream_up',
      'gauge',
      '0 while an upstream is down.',
      each(({ state }) => (state === 'down' ? 0 : 1)),
    ),
  ].join('')
}
