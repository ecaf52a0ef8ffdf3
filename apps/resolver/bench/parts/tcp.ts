/** The same questions over TCP, on sixteen connections that stay open. */
import { thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Part } from './part.ts'
import { readyWeir } from './ready-weir.ts'

const KINDS = ['cached', 'blocked'] as const

export const tcp: Part = async (world, settings) => {
  const ready = await readyWeir(world, settings, KINDS)
  const rows: string[][] = []
  const values: Record<string, number> = {}
  for (const kind of KINDS)
    for (const transport of ['udp', 'tcp'] as const) {
      if (transport === 'tcp') await ready.load(kind, 1, { transport })
      const load = await ready.load(kind, settings.seconds, { transport })
      const lost = load.sent - load.completed
      values[`${kind}-${transport}-lost`] = lost
      rows.push([kind, transport, thousands(load.queriesPerSecond), load.cpuMicroseconds.toFixed(2), String(lost)])
    }
  return { markdown: table(['workload', 'transport', 'queries/s', 'CPU µs/query', 'lost'], rows, 2), values }
}
