/** Questions at a fixed rate, whether the answers come or not: how long clients wait. */
import { latency, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Part } from './part.ts'
import { readyWeir } from './ready-weir.ts'

/** Of each rate, those whose latency is kept. */
const TIMED_RATE = 1000
const RATES = [10_000, 50_000, 100_000]
const KINDS = ['cached', 'blocked'] as const

export const openLoop: Part = async (world, settings) => {
  const ready = await readyWeir(world, settings, KINDS)
  const rows: string[][] = []
  const values: Record<string, number> = {}
  for (const kind of KINDS)
    for (const rate of RATES) {
      // Most of the questions are background; the others are those that are timed.
      const [load, timed] = await Promise.all([
        ready.load(kind, settings.seconds, { rate: rate - TIMED_RATE, isBackground: true }),
        ready.load(kind, settings.seconds, { rate: TIMED_RATE }),
      ])
      const { p50, p99, p999, max } = timed.latencyMs!
      const lost = load.sent - load.completed + timed.sent - timed.completed
      values[`${kind}-${rate}-lost`] = lost
      const waits = [p50, p99, p999, max].map(latency)
      rows.push([
        kind,
        thousands(rate),
        thousands(load.queriesPerSecond + timed.queriesPerSecond),
        String(lost),
        ...waits,
      ])
    }
  return {
    markdown: table(['workload', 'asked a second', 'answered a second', 'lost', 'p50', 'p99', 'p99.9', 'worst'], rows),
    values,
  }
}
