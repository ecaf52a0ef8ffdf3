/** Load without dnsperf: a few questions one after the other. Shows that everything works, and measures nothing. */
import { readFileSync } from 'node:fs'
import { DnsProbe } from './dns-probe.ts'
import { type LoadResult, latencyOf, lossOf } from './load.ts'
import type { LoadMaker } from './throughput.ts'
import type { WorkloadFiles } from './workloads.ts'

/** Lost is what never comes: on a busy machine an answer may take its time. */
const PATIENCE_MS = 10_000

async function askAll(port: number, file: string, limit: number): Promise<LoadResult> {
  const names = readFileSync(file, 'utf8')
    .split('\n', limit)
    .map((line) => line.split(' ')[0]!)
  const probe = new DnsProbe(port)
  const latencies: number[] = []
  const startedAt = performance.now()
  for (const name of names) {
    const askedAt = performance.now()
    if (await probe.ask(name, PATIENCE_MS)) latencies.push(performance.now() - askedAt)
  }
  probe.close()
  return {
    sent: names.length,
    completed: latencies.length,
    loss: lossOf(names.length, latencies.length),
    queriesPerSecond: (latencies.length * 1000) / (performance.now() - startedAt),
    latencyMs: latencyOf(latencies),
  }
}

/** @param limit lines read of each file */
export function smallLoad(files: WorkloadFiles, limit: number): LoadMaker {
  return {
    atFullSpeed: ({ port, workload, round }) => askAll(port, files.path(workload, round), limit),
    atFixedRate: ({ port, workload, round }) => askAll(port, files.fixedRatePath(workload, round), limit),
    warmUp: async (port) => {
      await askAll(port, files.warmUp, limit)
    },
  }
}
