/** Rounds of load: in each round every server gets every workload in turn, so that a slow minute hits all alike. */
import { type LoadResult, median } from './load.ts'
import type { ServerProcess } from './server-process.ts'
import { WORKLOADS, type Workload } from './workloads.ts'

export interface ServerUnderTest {
  readonly name: string
  readonly port: number
  readonly process: ServerProcess
}

export interface LoadRequest {
  readonly port: number
  readonly workload: Workload
  readonly round: number
  /** Of a fixed rate; undefined: as long as the load maker was told. */
  readonly seconds?: number
}

/** How load is made: as much as the server takes, and at a fixed rate that none of them is near its limit with. */
export interface LoadMaker {
  atFullSpeed(request: LoadRequest): Promise<LoadResult>
  atFixedRate(request: LoadRequest): Promise<LoadResult>
  warmUp(port: number): Promise<void>
}

/** Medians over the rounds. */
export interface ThroughputRow {
  readonly server: string
  readonly workload: Workload
  readonly queriesPerSecond: number
  readonly cpuMicroseconds: number
  /** Worst round. */
  readonly loss: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Microseconds of each round, to see the noise. */
  readonly cpuMicrosecondsByRound: readonly number[]
  readonly queriesPerSecondByRound: readonly number[]
}

interface Sample {
  readonly server: string
  readonly workload: Workload
  readonly full: LoadResult
  readonly cpuMicroseconds: number
  readonly fixed: LoadResult
}

export async function measureThroughput(
  servers: readonly ServerUnderTest[],
  load: LoadMaker,
  rounds: number,
): Promise<ThroughputRow[]> {
  for (const { port } of servers) await load.warmUp(port)
  const samples: Sample[] = []
  for (let round = 0; round < rounds; round++)
    for (const workload of WORKLOADS)
      for (const server of servers) samples.push(await sample(server, load, workload, round))
  return servers.flatMap(({ name }) =>
    WORKLOADS.map((workload) => summarise(samples.filter((one) => one.server === name && one.workload === workload))),
  )
}

async function sample(server: ServerUnderTest, load: LoadMaker, workload: Workload, round: number): Promise<Sample> {
  const request = { port: server.port, workload, round }
  const before = server.process.cpuNanoseconds()
  const full = await load.atFullSpeed(request)
  const cpuMicroseconds = (server.process.cpuNanoseconds() - before) / 1000 / Math.max(1, full.completed)
  const fixed = await load.atFixedRate(request)
  console.log(
    `  round ${round + 1} ${workload.padEnd(8)} ${server.name.padEnd(11)} ` +
      `${Math.round(full.queriesPerSecond).toLocaleString('en').padStart(9)} q/s ${cpuMicroseconds.toFixed(2)} µs/query`,
  )
  return { server: server.name, workload, full, cpuMicroseconds, fixed }
}

function summarise(samples: readonly Sample[]): ThroughputRow {
  const { server, workload } = samples[0]!
  const latencies = samples.flatMap(({ fixed }) => fixed.latencyMs ?? [])
  return {
    server,
    workload,
    queriesPerSecond: median(samples.map(({ full }) => full.queriesPerSecond)),
    cpuMicroseconds: median(samples.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    loss: Math.max(...samples.map(({ full }) => full.loss)),
    p50Ms: median(latencies.map(({ p50 }) => p50)),
    p99Ms: median(latencies.map(({ p99 }) => p99)),
    p999Ms: median(latencies.map(({ p999 }) => p999)),
    cpuMicrosecondsByRound: samples.map(({ cpuMicroseconds }) => cpuMicroseconds),
    queriesPerSecondByRound: samples.map(({ full }) => full.queriesPerSecond),
  }
}
