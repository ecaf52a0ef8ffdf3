/** Load with dnsperf, for the figures. */
import { runDnsperf } from './dnsperf.ts'
import type { LoadMaker } from './throughput.ts'
import { WORKLOADS, type WorkloadFiles } from './workloads.ts'

/** Well below what any of the servers can do on one core, so that latency is the server's and not the queue's. */
export const FIXED_RATE = 20_000

interface LoadTimes {
  readonly fullSeconds: number
  readonly fixedSeconds: number
  /** Of each workload, before the first round: what is compiled or filled on first use is in no server's figures. */
  readonly warmUpSeconds: number
}

export function dnsperfLoad(files: WorkloadFiles, times: LoadTimes, core: number): LoadMaker {
  return {
    atFullSpeed: ({ port, workload, round }) =>
      runDnsperf({
        port,
        core,
        file: files.path(workload, round),
        seconds: times.fullSeconds,
        isOnce: workload === 'mixed',
      }),
    atFixedRate: ({ port, workload, round, seconds = times.fixedSeconds }) =>
      runDnsperf({ port, core, file: files.fixedRatePath(workload, round), seconds, rate: FIXED_RATE }),
    warmUp: async (port) => {
      await runDnsperf({ port, core, file: files.warmUp, seconds: 10, isOnce: true })
      for (const workload of WORKLOADS)
        await runDnsperf({
          port,
          core,
          file: files.warmUpPath(workload),
          seconds: times.warmUpSeconds,
          isOnce: workload === 'mixed',
        })
    },
  }
}
