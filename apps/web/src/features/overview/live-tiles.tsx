/** Four figures with their last minute: load, blocking, cache, speed. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Sample } from '@weir/shared/contract/stats'
import type { ReactNode } from 'react'
import { formatMs, formatPercent, formatQps, NO_VALUE } from '../../lib/format.ts'
import { useLiveState, useSamples } from '../../lib/live-context.ts'
import { FAMILIES, sumByFamily } from '../../lib/outcome-family.ts'
import { useNow } from '../../lib/use-now.ts'
import { ReferenceLine, Sparkline } from '../../ui/sparkline.tsx'
import { Tile } from '../../ui/tile.tsx'
import { seriesQuery } from './get-stats.ts'
import styles from './live-tiles.module.css'
import { hourBefore, lastMinute, type MinuteFigures, minuteFigures } from './minute-figures.ts'

export function LiveTiles() {
  const samples = useSamples()
  const { staleSince } = useLiveState()
  const now = useNow(1000)
  const week = useQuery(seriesQuery('7d'))
  const minute = lastMinute(samples, now)
  const figures = minuteFigures(minute.filter((sample) => sample !== null))
  const before = week.data ? hourBefore(week.data, now) : null
  const latest = samples.at(-1)
  const values = (pick: (sample: Sample) => number | null) => minute.map((sample) => (sample ? pick(sample) : null))
  const isStale = staleSince !== null || latest === undefined
  return (
    <div className={styles.tiles}>
      <Tile
        label="Queries per second"
        value={latest ? formatQps(latest.qps) : NO_VALUE}
        note={trend(figures?.qps, before?.qps, formatQps)}
        isStale={isStale}
        spark={<FamilySpark minute={minute} reference={before?.qps} />}
        link={(children, className) => (
          <Link to="/queries" className={className}>
            {children}
          </Link>
        )}
      />
      <Tile
        label="Blocked"
        {...percentFigure(figures?.blockRate)}
        note={trend(figures?.blockRate, before?.blockRate, formatPercent)}
        isStale={isStale}
        spark={
          <Sparkline
            values={values((sample) => sample.blockRate)}
            color="var(--blocked)"
            max={1}
            reference={before?.blockRate}
          />
        }
        link={(children, className) => (
          <Link to="/queries" search={{ outcome: 'blocked' }} className={className}>
            {children}
          </Link>
        )}
      />
      <Tile
        label="Answered from cache"
        {...percentFigure(figures?.cacheHitRate)}
        note={trend(figures?.cacheHitRate, before?.cacheHitRate, formatPercent)}
        isStale={isStale}
        spark={
          <Sparkline
            values={values((sample) => sample.cacheHitRate)}
            color="var(--cached)"
            max={1}
            reference={before?.cacheHitRate}
          />
        }
        link={(children, className) => (
          <Link to="/queries" search={{ outcome: 'cached' }} className={className}>
            {children}
          </Link>
        )}
      />
      <Tile
        label="Latency, p95"
        {...splitUnit(formatMs(figures?.p95Ms))}
        note={trend(figures?.p95Ms, before?.p95Ms, formatMs)}
        isStale={isStale}
        spark={<Sparkline values={values((sample) => sample.p95Ms)} reference={before?.p95Ms} />}
        link={(children, className) => (
          <Link to="/" search={{ range: '1h' }} className={className}>
            {children}
          </Link>
        )}
      />
    </div>
  )
}

const percentFigure = (share: number | null | undefined) => splitUnit(formatPercent(share))

/** `12.3 ms` → figure and unit, which are set in different sizes; a missing figure has no unit. */
function splitUnit(text: string): { value: string; unit?: string } {
  const end = text.lastIndexOf(' ')
  return end === -1 ? { value: text } : { value: text.slice(0, end), unit: text.slice(end + 1) }
}

interface FamilySparkProps {
  readonly minute: readonly (Sample | null)[]
  readonly reference: number | undefined
}

/** The minute of queries by outcome: thin bars, one a second, stacked in the five hues. */
function FamilySpark({ minute, reference }: FamilySparkProps) {
  const top = Math.max(...minute.map((sample) => sample?.qps ?? 0), reference ?? 0, 1)
  return (
    <svg className={styles.bars} viewBox="0 0 240 34" preserveAspectRatio="none" aria-hidden="true">
      {minute.map((sample, second) => {
        if (!sample) return null
        const sums = sumByFamily(sample.byOutcome)
        let y = 34
        return FAMILIES.map((family) => {
          const height = (sums[family] / top) * 34
          if (height === 0) return null
          y -= height
          return (
            <rect
              key={`${sample.at}-${family}`}
              x={second * 4}
              y={y}
              width="3"
              height={height}
              fill={`var(--${family})`}
            />
          )
        })
      })}
      {reference !== undefined && <ReferenceLine y={34 - (reference / top) * 33} width={240} />}
    </svg>
  )
}

function trend(
  now: MinuteFigures[keyof MinuteFigures] | undefined,
  before: number | null | undefined,
  format: (value: number) => string,
): ReactNode {
  if (now == null || before == null) return 'over the last minute'
  return (
    <>
      {format(now) === format(before) ? '=' : now > before ? '↑' : '↓'} {format(before)} at this hour yesterday
    </>
  )
}
