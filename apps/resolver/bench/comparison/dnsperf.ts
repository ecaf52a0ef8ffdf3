/** Runs dnsperf and reads what it prints. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type LoadResult, latencyOf, lossOf } from './load.ts'

/** As in every comparison here: 16 client sockets on one thread; at full speed, at most 200 queries outstanding. */
const LOAD_ARGUMENTS = ['-c', '16', '-T', '1', '-t', '2']
const OUTSTANDING = 200
/** At a fixed rate a slow answer must not hold back the next question, or the latency it causes goes uncounted. */
const OUTSTANDING_AT_FIXED_RATE = 60_000

export interface DnsperfRun {
  readonly port: number
  readonly file: string
  readonly seconds: number
  /** Reads the file once at most, instead of again and again. */
  readonly isOnce?: boolean
  /** Queries a second at most; latencies are then kept one by one. */
  readonly rate?: number
  readonly core: number
}

export function runDnsperf({ port, file, seconds, isOnce, rate, core }: DnsperfRun): Promise<LoadResult> {
  const args = ['-s', '127.0.0.1', '-p', String(port), '-d', file, '-l', String(seconds), ...LOAD_ARGUMENTS]
  if (isOnce) args.push('-n', '1')
  args.push('-q', String(rate === undefined ? OUTSTANDING : OUTSTANDING_AT_FIXED_RATE))
  if (rate !== undefined) args.push('-Q', String(rate), '-v')
  const child = spawn('taskset', ['-c', String(core), 'dnsperf', ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  const report = new DnsperfReport()
  createInterface({ input: child.stdout }).on('line', (line) => report.add(line))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(report.result()) : reject(new Error(`dnsperf ended with code ${code}`)),
    )
  })
}

/** Reads dnsperf's report, and its line `> RCODE name type seconds` for each query when it is verbose. */
export class DnsperfReport {
  readonly #latenciesMs: number[] = []
  readonly #fields = new Map<string, string>()

  add(line: string): void {
    if (line.startsWith('> ')) {
      const [, rcode, , , seconds] = line.split(' ')
      if (rcode !== 'T' && seconds !== undefined) this.#latenciesMs.push(Number(seconds) * 1000)
      return
    }
    const field = /^\s*([A-Z][^:]*):\s+(.*)$/.exec(line)
    if (field) this.#fields.set(field[1]!, field[2]!)
  }

  /** @throws Error when the report has another shape than dnsperf 2.10's */
  result(): LoadResult {
    const sent = this.#number('Queries sent')
    const completed = this.#number('Queries completed')
    return {
      sent,
      completed,
      loss: lossOf(sent, completed),
      queriesPerSecond: this.#number('Queries per second'),
      latencyMs: this.#latenciesMs.length === 0 ? undefined : latencyOf(this.#latenciesMs),
    }
  }

  #number(field: string): number {
    const value = Number.parseFloat(this.#fields.get(field) ?? '')
    if (Number.isNaN(value)) throw new Error(`dnsperf printed no '${field}'`)
    return value
  }
}
