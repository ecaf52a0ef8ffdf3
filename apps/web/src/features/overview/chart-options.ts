/** How the two charts look. Colours are read from the theme when options are made: another theme, other options. */
import uPlot from 'uplot'
import { FAMILIES } from '../../lib/outcome-family.ts'
import { type ChartOptions, resolveColor, withAlpha } from '../../ui/chart.tsx'

const FONT = '12px "Inter Variable", system-ui, sans-serif'
const AXIS_WIDTH = 46
const SYNC_KEY = 'overview'

interface Handlers {
  /** Index of the row under the pointer; null when it left. */
  readonly onHover: (index: number | null) => void
  /** A span was drawn: seconds since the epoch. */
  readonly onBrush: (from: number, until: number) => void
}

function frame({ onHover, onBrush }: Handlers): Pick<ChartOptions, 'cursor' | 'hooks' | 'legend' | 'padding'> {
  return {
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, sync: { key: SYNC_KEY }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 6) return
          const [from, until] = [
            plot.posToVal(plot.select.left, 'x'),
            plot.posToVal(plot.select.left + plot.select.width, 'x'),
          ]
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          onBrush(from, until)
        },
      ],
    },
  }
}

const axis = (patch: uPlot.Axis): uPlot.Axis => ({
  stroke: resolveColor('--ink-3'),
  font: FONT,
  grid: { stroke: resolveColor('--line'), width: 1 },
  ticks: { show: false },
  ...patch,
})

const xAxis = (isShown: boolean): uPlot.Axis =>
  axis({
    grid: { show: false },
    size: isShown ? 26 : 4,
    gap: 6,
    space: 90,
    filter: keepWhole,
    values: isShown
      ? (_, splits, __, ___, increment) => splits.map((split: number | null) => timeLabel(split, increment))
      : () => [],
  })

/** The least time between labels, seconds, and how they are written then. */
const TIME_FORMATS = [
  [86_400 * 28, uPlot.fmtDate('{MMM} {YY}')],
  [86_400, uPlot.fmtDate('{D} {MMM}')],
  [60, uPlot.fmtDate('{HH}:{mm}')],
  [0, uPlot.fmtDate('{HH}:{mm}:{ss}')],
] as const

/** @param split seconds since the epoch; null: left out by `keepWhole` @param increment seconds to the next label */
export function timeLabel(split: number | null, increment: number): string {
  if (split === null) return ''
  const [, format] = TIME_FORMATS.find(([least]) => increment >= least) ?? TIME_FORMATS[3]
  return format(new Date(split * 1000))
}

/** Half of the longest time in pixels: labels stand in the middle below their tick. */
const HALF_TIME_WIDTH = 30

/** Leaves out the label that the right edge would cut. */
const keepWhole = (plot: uPlot, splits: number[]): (number | null)[] =>
  splits.map((split) => (plot.valToPos(split, 'x') > plot.over.clientWidth - HALF_TIME_WIDTH ? null : split))

/** Area stacked by outcome. Series run from the sum of all to the first family; the bands between them are the families. */
export function trafficOptions(handlers: Handlers): ChartOptions {
  const families = [...FAMILIES].reverse()
  return {
    ...frame(handlers),
    scales: { x: { time: true, auto: false }, y: { range: (_, __, max) => [0, Math.max(max * 1.12, 1)] } },
    axes: [xAxis(false), axis({ size: AXIS_WIDTH, gap: 6, space: 36, values: (_, ticks) => ticks.map(shortNumber) })],
    series: [
      {},
      ...families.map((family, index): uPlot.Series => {
        const color = resolveColor(`--${family}`)
        return {
          label: family,
          stroke: color,
          width: 1.25,
          points: { show: false },
          // Only the lowest area reaches the axis by itself; the others are filled by their bands.
          ...(index === families.length - 1 && { fill: withAlpha(color, 0.42) }),
        }
      }),
      beforeLine(),
    ],
    bands: families.slice(0, -1).map((family, index) => ({
      series: [index + 1, index + 2],
      fill: withAlpha(resolveColor(`--${family}`), 0.42),
    })),
  }
}

/** The period before: a faint line, thin and whole, where the others are strong or broken. */
const beforeLine = (): uPlot.Series => ({
  label: 'before',
  stroke: withAlpha(resolveColor('--ink'), 0.4),
  width: 1,
  points: { show: false },
})

/** p50, p95, p99 on a logarithmic axis: solid, dashed, dotted, in ink. */
export function latencyOptions(handlers: Handlers): ChartOptions {
  const line = (label: string, token: string, width: number, dash?: number[]): uPlot.Series => ({
    label,
    stroke: resolveColor(token),
    width,
    points: { show: false },
    ...(dash && { dash }),
  })
  return {
    ...frame(handlers),
    scales: { x: { time: true, auto: false }, y: { distr: 3, log: 10, range: latencyRange } },
    axes: [
      xAxis(true),
      axis({
        size: AXIS_WIDTH,
        gap: 6,
        splits: (_, __, min, max) => decades(min, max),
        // A null is a decade for whose word there is no room.
        values: (_, ticks) => ticks.map((tick: number | null) => (tick === null ? '' : shortNumber(tick))),
      }),
    ],
    series: [
      {},
      line('p50', '--ink', 1.5),
      line('p95', '--ink-2', 1.25, [6, 3]),
      line('p99', '--ink-3', 1.25, [2, 3]),
      beforeLine(),
    ],
  }
}

/** Whole decades, so that the axis stays still. */
function latencyRange(_: uPlot, min: number | null, max: number | null): [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.max(min ?? 0.1, 0.01)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(max ?? 10, low * 10)))
  return [low, Math.max(high, low * 10)]
}

/** 0.1, 1, 10 … within a range. */
function decades(min: number, max: number): number[] {
  const first = Math.round(Math.log10(min))
  const count = Math.round(Math.log10(max)) - first + 1
  return Array.from({ length: count }, (_, index) => Number((10 ** (first + index)).toPrecision(1)))
}

const shortNumber = (value: number): string => (value >= 1000 ? `${value / 1000} k` : `${value}`)
