/** Runs dnsperf and reads what it prints. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type LoadResult, type LoadRun, latencyOf, lossOf, TIMED_RATE, together } from './load.ts'
import { FIRST } from './priority.ts'

/**
 * As in every comparison here: 16 client sockets on one thread; at full speed, at most 200 queries outstanding. Its own
 * sockets hold 4 MB each: what is lost is to be lost by the server, also when its answers come in a burst.
 */
const LOAD_ARGUMENTS = ['-c', '16', '-T', '1', '-t', '2', '-b', '4096']
const OUTSTANDING = 200
/** A slow answer must not hold back the next question, or the latency it causes goes uncounted. */
const OUTSTANDING_TIMED = 60_000
/** With as many as above dnsperf sends some 14,000 a second at most; what is not timed may be held back a little. */
const OUTSTANDING_UNTIMED = 4000

let runs = 0

/** At a fixed rate most of the questions are a background, and a thousand a second are timed. */
export async function runDnsperf(run: LoadRun, core: number): Promise<LoadResult> {
  const { rate, file, seconds } = run
  if (rate === undefined) return dnsperf(run, core, ['-q', String(OUTSTANDING)])
  if (rate <= TIMED_RATE) return dnsperf(run, core, timed(rate))
  const tail = lastLines(file, TIMED_RATE * seconds)
  try {
    const [background, few] = await Promise.all([
      dnsperf(run, core, ['-q', String(OUTSTANDING_UNTIMED), '-Q', String(rate - TIMED_RATE)]),
      dnsperf({ ...run, file: tail }, core, timed(TIMED_RATE)),
    ])
    return together(background, few)
  } finally {
    rmSync(tail)
  }
}

const timed = (rate: number): string[] => ['-q', String(OUTSTANDING_TIMED), '-Q', String(rate), '-v']

/** Those that the background comes to last: where no question may come twice, both ask their own. @returns a file */
function lastLines(file: string, count: number): string {
  const path = temporaryPath()
  const lines = readFileSync(file, 'latin1').trimEnd().split('\n')
  writeFileSync(path, `${lines.slice(-count).join('\n')}\n`, 'latin1')
  return path
}

const temporaryPath = (): string => join(tmpdir(), `weir-dnsperf-${process.pid}-${runs++}.txt`)

/** Its report goes through a file: reading a line for each query meanwhile would take from the core that makes the load. */
async function dnsperf(run: LoadRun, core: number, pace: readonly string[]): Promise<LoadResult> {
  const path = temporaryPath()
  const output = openSync(path, 'w')
  try {
    // A generator that was held up makes up for it with a burst of thousands, and what that loses is no fault of the server.
    const child = spawn('taskset', ['-c', String(core), ...FIRST, 'dnsperf', ...argumentsOf(run), ...pace], {
      stdio: ['ignore', output, 'ignore'],
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`dnsperf ended with code ${code}`)
    const report = new DnsperfReport()
    for await (const line of createInterface({ input: createReadStream(path) })) report.add(line)
    return report.result()
  } finally {
    closeSync(output)
    rmSync(path)
  }
}

const argumentsOf = ({ port, file, seconds, isOnce = false, transport = 'udp' }: LoadRun): string[] => [
  ...['-s', '127.0.0.1', '-p', String(port), '-d', file, '-l', String(seconds), '-m', transport, ...LOAD_ARGUMENTS],
  ...(isOnce ? ['-n', '1'] : []),
]

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
      timesMs: this.#latenciesMs,
      latencyMs: this.#latenciesMs.length === 0 ? undefined : latencyOf(this.#latenciesMs),
    }
  }

  #number(field: string): number {
    const value = Number.parseFloat(this.#fields.get(field) ?? '')
    if (Number.isNaN(value)) throw new Error(`dnsperf printed no '${field}'`)
    return value
  }
}
