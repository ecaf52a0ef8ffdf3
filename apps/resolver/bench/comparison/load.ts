/** A load on a server, what came of it, and the plain statistics of all figures here. */

/** At a fixed rate, queries a second that are timed: to write a line for each takes the core from the load. */
export const TIMED_RATE = 1000

export interface LoadRun {
  readonly port: number
  /** One `name type` a line. */
  readonly file: string
  /** At most. */
  readonly seconds: number
  /** Reads the file once at most, instead of again and again. */
  readonly isOnce?: boolean
  /** Queries a second at most, open loop; latencies of some of them are kept. Undefined: as many as the server takes. */
  readonly rate?: number
  readonly transport?: 'udp' | 'tcp'
}

/** Makes a load: dnsperf for the figures, something small for the smoke run. */
export type RunLoad = (run: LoadRun) => Promise<LoadResult>

export interface LoadResult {
  readonly sent: number
  readonly completed: number
  /** Share of queries without an answer, 0…1. */
  readonly loss: number
  readonly queriesPerSecond: number
  /** Milliseconds of those that were timed, in the order of their answers: only at a fixed rate, TIMED_RATE a second. */
  readonly timesMs: readonly number[]
  /** Of these; undefined where none was timed. */
  readonly latencyMs: Latency | undefined
}

/** Milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Of two loads on one server at the same time. */
export function together(one: LoadResult, other: LoadResult): LoadResult {
  const sent = one.sent + other.sent
  const completed = one.completed + other.completed
  return {
    sent,
    completed,
    loss: lossOf(sent, completed),
    queriesPerSecond: one.queriesPerSecond + other.queriesPerSecond,
    timesMs: one.latencyMs ? one.timesMs : other.timesMs,
    latencyMs: one.latencyMs ?? other.latencyMs,
  }
}

export const latencyOf = (milliseconds: readonly number[]): Latency => ({
  p50: percentile(milliseconds, 50),
  p99: percentile(milliseconds, 99),
  p999: percentile(milliseconds, 99.9),
  max: percentile(milliseconds, 100),
})

export const lossOf = (sent: number, completed: number): number => (sent === 0 ? 0 : (sent - completed) / sent)

/** Nearest rank. @param rank 0…100 @returns NaN of nothing */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 50)
