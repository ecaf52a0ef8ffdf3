/** uPlot in React: built anew when its shape or the theme changes, fed without rebuilding when only data does. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './chart.module.css'

export type ChartOptions = Omit<uPlot.Options, 'width' | 'height'>

interface ChartProps {
  /** Rebuilt when this is another object: memoise it. Colours are resolved in `resolveColor`. */
  readonly options: ChartOptions
  readonly data: uPlot.AlignedData
  readonly height: number
  /** What the chart shows, as a sentence with its figures, for those who cannot see it. */
  readonly summary: string
  readonly label: string
  /** The part of the time axis in seconds that is shown. */
  readonly window: readonly [from: number, until: number]
}

export function Chart({ options, data, height, summary, label, window: [from, until] }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ data, from, until })
  latest.current = { data, from, until }

  useEffect(() => {
    const element = host.current
    if (element === null) return
    const width = () => Math.max(element.clientWidth, 120)
    const chart = new uPlot({ ...options, width: width(), height }, latest.current.data, element)
    chart.setScale('x', { min: latest.current.from, max: latest.current.until })
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: width(), height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [options, height])

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(data, false)
      plot.current?.setScale('x', { min: from, max: until })
    })
  }, [data, from, until])

  return (
    <figure className={styles.figure}>
      <div ref={host} role="img" aria-label={`${label}. ${summary}`} className={styles.host} style={{ height }} />
    </figure>
  )
}

/** A colour of the visual system as the canvas needs it. */
export const resolveColor = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(token).trim() || '#888'

/** `#rrggbb` with an opacity of 0…1. */
export const withAlpha = (hex: string, alpha: number): string =>
  `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
