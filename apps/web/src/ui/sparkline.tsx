/** The last minute in a line. Decoration for the eye: the number beside it is what counts, so it is hidden from readers. */
import { useId } from 'react'
import styles from './sparkline.module.css'

interface SparklineProps {
  /** One value per second, oldest first; null is a gap. */
  readonly values: readonly (number | null)[]
  /** CSS colour of the line. */
  readonly color?: string
  /** Top of the scale; the largest value without it. */
  readonly max?: number
  /** A faint line across: what the figure is held against. */
  readonly reference?: number | null | undefined
}

const WIDTH = 120
const HEIGHT = 32

export function Sparkline({ values, color = 'var(--ink-2)', max, reference }: SparklineProps) {
  const id = useId()
  const top = max ?? Math.max(reference ?? 0, ...values.map((value) => value ?? 0))
  const segments = sparkSegments(values, top)
  return (
    <svg className={styles.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
        <stop offset="0" stopColor={color} stopOpacity="0.28" />
        <stop offset="1" stopColor={color} stopOpacity="0.02" />
      </linearGradient>
      {reference != null && <ReferenceLine y={heightOf(reference, top || 1)} width={WIDTH} />}
      {segments.map(({ line, area }) => (
        <g key={line}>
          <path d={area} fill={`url(#${id})`} />
          <path
            d={line}
            fill="none"
            stroke={color}
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
            strokeLinejoin="round"
          />
        </g>
      ))}
    </svg>
  )
}

/** The comparison, in the same hand on every tile. */
export function ReferenceLine({ y, width }: { readonly y: number; readonly width: number }) {
  return (
    <line
      x1="0"
      x2={width}
      y1={y}
      y2={y}
      stroke="var(--ink-3)"
      strokeWidth="1"
      strokeDasharray="2 3"
      vectorEffect="non-scaling-stroke"
    />
  )
}

const heightOf = (value: number, top: number): number => HEIGHT - 1.5 - (Math.min(value, top) / top) * (HEIGHT - 4)

/** Paths for each run of values without a gap; the last value lies at the right edge. */
function sparkSegments(values: readonly (number | null)[], max: number): { line: string; area: string }[] {
  const top = max || 1
  const step = WIDTH / Math.max(values.length - 1, 1)
  const runs: string[][] = [[]]
  values.forEach((value, index) => {
    if (value === null) {
      runs.push([])
      return
    }
    runs.at(-1)!.push(`${(index * step).toFixed(1)} ${heightOf(value, top).toFixed(1)}`)
  })
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const line = `M${run.join('L')}`
      const [first, last] = [run[0]!.split(' ')[0], run.at(-1)!.split(' ')[0]]
      return { line, area: `${line}L${last} ${HEIGHT}L${first} ${HEIGHT}Z` }
    })
}
