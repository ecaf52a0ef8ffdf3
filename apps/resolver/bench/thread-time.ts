/** CPU time of the calling thread, so that other work on the machine counts little. */

export const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Median over `rounds` of nanoseconds a call; `run` gets 0 to `count` - 1 in each round. */
export function nanosecondsPerCall(rounds: number, count: number, run: (i: number) => void): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = cpuMs()
    for (let i = 0; i < count; i++) run(i)
    return ((cpuMs() - startedAt) * 1e6) / count
  })
  return times.sort((a, b) => a - b)[rounds >> 1]!
}
