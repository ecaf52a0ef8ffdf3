/** The loads of the comparison with the peers, made from its workload files. */
import type { RunLoad } from './load.ts'
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

export function loadMaker(files: WorkloadFiles, times: LoadTimes, run: RunLoad): LoadMaker {
  return {
    atFullSpeed: ({ port, workload, round }) =>
      run({
        port,
        file: files.path(workload, round),
        seconds: times.fullSeconds,
        isOnce: workload === 'mixed',
      }),
    atFixedRate: ({ port, workload, round, seconds = times.fixedSeconds }) =>
      run({ port, file: files.fixedRatePath(workload, round), seconds, rate: FIXED_RATE }),
    warmUp: async (port) => {
      await run({ port, file: files.warmUp, seconds: 10, isOnce: true })
      for (const workload of WORKLOADS)
        await run({
          port,
          file: files.warmUpPath(workload),
          seconds: times.warmUpSeconds,
          isOnce: workload === 'mixed',
        })
    },
  }
}
