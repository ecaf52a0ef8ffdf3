/** One query worker and two, on any core: how far answering scales, and what a further worker costs. */
import { median } from '../comparison/load.ts'
import { megabytes, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import { residentAfterStart } from '../comparison/weir-tasks.ts'
import type { Part } from './part.ts'
import { type MeasuredLoad, type ReadyWeir, readyWeir } from './ready-weir.ts'

const COUNTS = [1, 2] as const
const KINDS = ['cached', 'blocked'] as const
const ROUNDS = 3

export const workers: Part = async (world, settings) => {
  const servers: ReadyWeir[] = []
  const atStart: number[] = []
  for (const count of COUNTS) {
    const server = await readyWeir(world, settings, [], {
      name: `workers-${count}`,
      workers: count,
      isPinned: false,
    })
    atStart.push(await residentAfterRestart(server))
    await server.warmUp(KINDS)
    servers.push(server)
  }
  const afterLoad = servers.map(({ weir }) => weir.resolver.memory().resident)
  const values: Record<string, number> = {}
  const rows: string[][] = []
  for (const kind of KINDS) {
    const loads: MeasuredLoad[][] = COUNTS.map(() => [])
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, server] of servers.entries()) loads[i]!.push(await server.load(kind, settings.seconds))
    for (const [i, count] of COUNTS.entries()) {
      const rate = median(loads[i]!.map(({ queriesPerSecond }) => queriesPerSecond))
      const cpu = median(loads[i]!.map(({ cpuMicroseconds }) => cpuMicroseconds))
      const lost = loads[i]!.reduce((sum, { sent, completed }) => sum + sent - completed, 0)
      values[`${kind}-${count}`] = rate
      values[`${kind}-${count}-lost`] = lost
      const memory = [atStart[i]!, afterLoad[i]!].map(megabytes)
      rows.push([kind, String(count), thousands(rate), cpu.toFixed(2), String(lost), ...memory])
    }
  }
  return {
    markdown: `The load shares the cores with the workers here; medians of ${ROUNDS} interleaved rounds.\n\n${table(
      ['workload', 'workers', 'queries/s', 'CPU µs/query', 'lost', 'resident at start', 'after load'],
      rows,
    )}`,
    values,
  }
}

/** The list is read from the index file then, as at every start but the first. */
async function residentAfterRestart({ weir, list }: ReadyWeir): Promise<number> {
  await weir.resolver.stop()
  weir.startResolver()
  return residentAfterStart(weir.resolver, weir.dnsPort, list[list.length >> 1]!)
}
