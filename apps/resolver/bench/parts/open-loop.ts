/** Questions at a fixed rate, whether the answers come or not: how long clients wait. */
import { latency, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Part } from './part.ts'
import { readyWeir } from './ready-weir.ts'

const RATES = [10_000, 50_000, 100_000]
const KINDS = ['cached', 'blocked'] as const

export const openLoop: Part = async (world, settings) => {
  const ready = await readyWeir(world, settings, KINDS)
  const rows: string[][] = []
  const values: Record<string, number> = {}
  for (const kind of KINDS)
    for (const rate of RATES) {
      const load = await ready.load(kind, settings.seconds, { rate })
      const { p50, p99, p999, max } = load.latencyMs!
      const lost = load.sent - load.completed
      values[`${kind}-${rate}-lost`] = lost
      rows.push([
        kind,
        thousands(rate),
        thousands(load.queriesPerSecond),
        String(lost),
        ...[p50, p99, p999, max].map(latency),
      ])
    }
  return {
    markdown: table(['workload', 'asked a second', 'answered a second', 'lost', 'p50', 'p99', 'p99.9', 'worst'], rows),
    values,
  }
}
