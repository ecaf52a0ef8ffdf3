/** The wide chart: queries per second by outcome, latency below on the same time axis, hover over both, brush to zoom. */
import { useComputedColorScheme } from '@mantine/core'
import { IconZoomReset } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type uPlot from 'uplot'
import { useLiveState, useSamples } from '../../lib/live-context.ts'
import { MAX_SAMPLES } from '../../lib/live-store.ts'
import { useNow } from '../../lib/use-now.ts'
import { usePhone } from '../../lib/use-phone.ts'
import { Button } from '../../ui/button.tsx'
import { Chart } from '../../ui/chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { latencyOptions, trafficOptions } from './chart-options.ts'
import { seriesQuery } from './get-stats.ts'
import { hourBefore } from './minute-figures.ts'
import { BEFORE_LABELS, RANGE_LABELS, RANGES, type Range } from './overview-search.ts'
import { describeTraffic, stackedColumns, type Traffic, trafficOfSamples, trafficOfSeries } from './traffic.ts'
import { TrafficLegend } from './traffic-legend.tsx'
import styles from './traffic-panel.module.css'

interface TrafficPanelProps {
  readonly range: Range
  readonly onRange: (range: Range) => void
}
type Span = readonly [from: number, until: number]

export function TrafficPanel({ range, onRange }: TrafficPanelProps) {
  const { staleSince } = useLiveState()
  const [zoom, setZoom] = useState<Span | null>(null)
  const series = useQuery({ ...seriesQuery(range), enabled: range !== 'live' })
  const live = useLiveTraffic(range === 'live')
  const history = useMemo(() => (series.data ? trafficOfSeries(series.data) : null), [series.data])
  const traffic = range === 'live' ? live : history
  return (
    <Panel
      title="Traffic"
      isStale={staleSince !== null && range === 'live'}
      actions={
        <>
          {zoom && (
            <>
              <Link
                to="/queries"
                search={{ from: Math.floor(zoom[0] * 1000), until: Math.ceil(zoom[1] * 1000) }}
                className={styles.door}
              >
                Queries of this span
              </Link>
              <Button size="small" icon={<IconZoomReset size={14} />} onClick={() => setZoom(null)}>
                Whole range
              </Button>
            </>
          )}
          <Segmented
            label="Time range"
            value={range}
            options={RANGES.map((option) => [option, RANGE_LABELS[option]] as const)}
            onChange={(next) => {
              setZoom(null)
              onRange(next)
            }}
          />
        </>
      }
    >
      {traffic ? (
        <TrafficCharts traffic={traffic} before={BEFORE_LABELS[range]} zoom={zoom} onZoom={setZoom} />
      ) : series.error ? (
        <ErrorState what="The history could not be loaded" error={series.error} onRetry={() => void series.refetch()} />
      ) : (
        <Skeleton rows={1} height={360} />
      )}
    </Panel>
  )
}

function useLiveTraffic(isWanted: boolean): Traffic | null {
  const samples = useSamples()
  const now = useNow(1000)
  const week = useQuery({ ...seriesQuery('7d'), enabled: isWanted }).data
  return useMemo(
    () => (isWanted ? trafficOfSamples(samples, MAX_SAMPLES, now, week && hourBefore(week, now)) : null),
    [isWanted, samples, now, week],
  )
}

interface TrafficChartsProps {
  readonly traffic: Traffic
  /** What the faint line is. */
  readonly before: string
  readonly zoom: Span | null
  readonly onZoom: (span: Span) => void
}

function TrafficCharts({ traffic, before, zoom, onZoom }: TrafficChartsProps) {
  const scheme = useComputedColorScheme('dark', { getInitialValueInEffect: false })
  const isPhone = usePhone()
  const [hovered, setHovered] = useState<number | null>(null)
  const handlers = useMemo(
    () => ({ onHover: setHovered, onBrush: (from: number, until: number) => onZoom([from, until]) }),
    [onZoom],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours come from the theme
  const options = useMemo(
    () => ({ traffic: trafficOptions(handlers), latency: latencyOptions(handlers) }),
    [handlers, scheme],
  )
  const { rows } = traffic
  const times = useMemo(() => rows.map((row) => row.at), [rows])
  const stacked = useMemo(
    (): uPlot.AlignedData => [times, ...stackedColumns(rows), rows.map((row) => row.before?.qps ?? null)],
    [times, rows],
  )
  const latency = useMemo(
    (): uPlot.AlignedData => [
      times,
      rows.map((row) => onLog(row.p50Ms)),
      rows.map((row) => onLog(row.p95Ms)),
      rows.map((row) => onLog(row.p99Ms)),
      rows.map((row) => onLog(row.before?.p95Ms ?? null)),
    ],
    [times, rows],
  )
  const span = zoom ?? ([traffic.from, traffic.until] as const)
  const summary = describeTraffic(traffic)
  return (
    <>
      <TrafficLegend traffic={traffic} before={before} hovered={hovered} />
      <p className={styles.axis}>queries per second</p>
      <Chart
        label="Queries per second by outcome"
        summary={summary}
        options={options.traffic}
        data={stacked}
        window={span}
        height={isPhone ? 170 : 220}
      />
      <p className={styles.axis}>latency, ms (log)</p>
      <Chart
        label="Latency"
        summary={summary}
        options={options.latency}
        data={latency}
        window={span}
        height={isPhone ? 110 : 128}
      />
    </>
  )
}

/** Zero has no place on a logarithmic axis: what is faster than a hundredth of a millisecond stands there. */
const onLog = (ms: number | null): number | null => (ms === null ? null : Math.max(ms, 0.01))
