/** The figures as one Markdown page and as JSON. */
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { table } from './table.ts'
import type { ThroughputRow } from './throughput.ts'

/** One line of the table of single figures. */
export interface Figure {
  readonly what: string
  readonly value: string
  /** Target of design section 10, if there is one. */
  readonly target: string
}

export interface BenchmarkReport {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly listNames: number
  readonly throughput: readonly ThroughputRow[]
  readonly figures: readonly Figure[]
  /** Servers that could not be measured, each with the reason. */
  readonly leftOut: readonly string[]
  /** What was seen of pauses of the machine. */
  readonly pauses?: string
}

export const megabytes = (octets: number): string => `${(octets / 1e6).toFixed(0)} MB`
export const milliseconds = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)
export const thousands = (value: number): string => Math.round(value).toLocaleString('en')

export function describeMachine(): string {
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0]
  const [first] = cpus()
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${megabytes(totalmem())}, load average ${load} at the start`
}

export const latency = (ms: number): string => (Number.isNaN(ms) ? '–' : milliseconds(ms))

const throughputTable = (rows: readonly ThroughputRow[]): string =>
  table(
    ['workload', 'server', 'queries/s (rounds)', 'CPU µs/query (rounds)', 'lost', 'p50', 'p99', 'p99.9'],
    [...rows]
      .sort((a, b) => a.workload.localeCompare(b.workload))
      .map((one) => [
        one.workload,
        one.server,
        `${thousands(one.queriesPerSecond)} (${one.queriesPerSecondByRound.map(thousands).join('; ')})`,
        `${one.cpuMicroseconds.toFixed(2)} (${one.cpuMicrosecondsByRound.map((us) => us.toFixed(2)).join(', ')})`,
        `${(one.loss * 100).toFixed(3)} %`,
        latency(one.p50Ms),
        latency(one.p99Ms),
        latency(one.p999Ms),
      ]),
    2,
  )

export function toMarkdown(report: BenchmarkReport): string {
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${report.date} · ${report.machine} · Node ${report.node}${versions.length > 0 ? ` · ${versions.join(', ')}` : ''}`,
    `${thousands(report.listNames)} names blocked, medians of ${report.rounds} interleaved rounds.`,
    '',
    throughputTable(report.throughput),
    '',
    ...report.leftOut.map((reason) => `Left out: ${reason}`),
    ...(report.leftOut.length > 0 ? [''] : []),
    table(
      ['figure', 'measured', 'target'],
      report.figures.map(({ what, value, target }) => [what, value, target]),
    ),
    ...(report.pauses ? ['', report.pauses] : []),
    '',
  ].join('\n')
}
