/** Names never asked before, one after the other: what a question costs that has to go upstream. */
import { latency, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Part } from './part.ts'
import { readyWeir } from './ready-weir.ts'

const FIXED_RATES = [2000, 10_000]

export const misses: Part = async (world, settings) => {
  const ready = await readyWeir(world, settings, ['missed'])
  const full = await ready.load('missed', settings.seconds)
  const rows = [
    [
      'as many as it takes',
      thousands(full.queriesPerSecond),
      full.cpuMicroseconds.toFixed(2),
      lostOf(full),
      '',
      '',
      '',
    ],
  ]
  for (const rate of FIXED_RATES) {
    const load = await ready.load('missed', settings.seconds, { rate })
    const { p50, p99, p999 } = load.latencyMs!
    const cells = [load.cpuMicroseconds.toFixed(2), lostOf(load), latency(p50), latency(p99), latency(p999)]
    rows.push([`${thousands(rate)} a second`, thousands(load.queriesPerSecond), ...cells])
  }
  return {
    markdown: table(['misses', 'queries/s', 'CPU µs/query', 'lost', 'p50', 'p99', 'p99.9'], rows),
    values: { queriesPerSecond: full.queriesPerSecond, lost: full.sent - full.completed },
  }
}

const lostOf = ({ sent, completed }: { sent: number; completed: number }): string => String(sent - completed)
