/** The benchmark still runs from end to end, on a small list and without load; its figures mean nothing here. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { DnsperfReport } from '../../bench/comparison/dnsperf.ts'
import type { BenchmarkReport } from '../../bench/comparison/report.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'weir-bench-smoke-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

function runSmoke(): Promise<{ code: number | null; output: string }> {
  const args = ['--conditions=source', 'apps/resolver/bench/compare-servers.ts', '--smoke', '--out', out]
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString()
    })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

describe('npm run bench -- --smoke', () => {
  it('measures every workload without a lost query and writes both reports', async () => {
    const { code, output } = await runSmoke()
    expect(code, output).toBe(0)
    const report = JSON.parse(readFileSync(join(out, 'benchmark.json'), 'utf8')) as BenchmarkReport
    expect(report.throughput.map(({ server, workload, loss }) => [server, workload, loss])).toEqual([
      ['weir', 'cached', 0],
      ['weir', 'blocked', 0],
      ['weir', 'mixed', 0],
    ])
    const figure = (start: string) => report.figures.find(({ what }) => what.startsWith(`weir: ${start}`))?.value
    expect(figure('import of 10,000 hosts lines')).toMatch(/ms$/)
    expect(figure('responses before the rule acted')).toBe('0')
    expect(figure('queries lost while the list is replaced')).toMatch(/^0 of/)
    expect(readFileSync(join(out, 'benchmark.md'), 'utf8')).toContain('| blocked | weir |')
  })
})

describe('the report of dnsperf', () => {
  const report = (lines: readonly string[]) => {
    const read = new DnsperfReport()
    for (const line of lines) read.add(line)
    return read
  }
  const totals = ['  Queries sent:         4', '  Queries completed:    3 (75.00%)', '  Queries per second:   1.500000']

  it('gives counts, loss and rate', () => {
    expect(report(totals).result()).toEqual({
      sent: 4,
      completed: 3,
      loss: 0.25,
      queriesPerSecond: 1.5,
      timesMs: [],
      latencyMs: undefined,
    })
  })

  it('gives percentiles when each answer is listed, without those that never came', () => {
    const answers = ['> NOERROR a.perf A 0.001000', '> T b.perf A', '> NXDOMAIN c.perf A 0.004000']
    expect(report([...answers, ...totals]).result().latencyMs).toEqual({ p50: 1, p99: 4, p999: 4, max: 4 })
  })

  it('is refused when a total is missing', () => {
    expect(() => report(totals.slice(1)).result()).toThrow("dnsperf printed no 'Queries sent'")
  })
})
