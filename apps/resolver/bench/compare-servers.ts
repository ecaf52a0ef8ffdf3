/**
 * Weir beside the peers that Debian packages: `npm run bench` (scripts/bench.mjs) sees to the tools and starts this.
 *
 *     node --conditions=source apps/resolver/bench/compare-servers.ts [--smoke] [--write] [--rounds n] [--seconds n] [--out folder]
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { replaceFigures } from './comparison/documentation.ts'
import { FIXED_RATE, loadMaker } from './comparison/load-maker.ts'
import { watchPauses } from './comparison/machine-pauses.ts'
import { PEERS } from './comparison/peers/peers.ts'
import { endOnSignals, fullWorld, smokeWorld, stepAside } from './comparison/plans.ts'
import { type BenchmarkReport, describeMachine, toMarkdown } from './comparison/report.ts'
import { type ComparisonPlan, runComparison } from './comparison/run-comparison.ts'

const FIXED_RATE_SECONDS = 2

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    names: { type: 'string', default: '1000000' },
    out: { type: 'string', default: 'node_modules/.cache/weir/bench' },
  },
})

function wholeNumber(option: 'rounds' | 'seconds' | 'names', maximum: number): number {
  const value = Number(values[option])
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return value
  console.error(`--${option} '${values[option]}' is not a whole number from 1 to ${maximum}`)
  return process.exit(2)
}

const rounds = wholeNumber('rounds', 20)
const seconds = wholeNumber('seconds', 60)
const listNames = wholeNumber('names', 10_000_000)

const smokePlan: ComparisonPlan = {
  listNames: 10_000,
  sizes: { cachedNames: 100, blockedNames: 1000, lines: 1000, mixedLines: 1000, fixedRateLines: 1000 },
  rounds: 1,
  rules: 3,
  peers: [],
  ...smokeWorld,
  load: (files) => loadMaker(files, { fullSeconds: 1, fixedSeconds: 1, warmUpSeconds: 1 }, smokeWorld.load),
}

const fullPlan: ComparisonPlan = {
  listNames,
  sizes: {
    cachedNames: 10_000,
    blockedNames: 100_000,
    lines: 400_000,
    mixedLines: 400_000 * seconds,
    fixedRateLines: FIXED_RATE * FIXED_RATE_SECONDS,
  },
  rounds,
  rules: 200,
  peers: PEERS,
  ...fullWorld,
  load: (files) =>
    loadMaker(files, { fullSeconds: seconds, fixedSeconds: FIXED_RATE_SECONDS, warmUpSeconds: 3 }, fullWorld.load),
}

/** First thing in the output that looks like a version. */
function versionOf(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}

endOnSignals()
const plan = values.smoke ? smokePlan : fullPlan
const machine = describeMachine()
if (!values.smoke) stepAside()
const endOfPauses = plan.cores && watchPauses(plan.cores.load)
const outcome = await runComparison(plan)
const report: BenchmarkReport = {
  date: new Date().toISOString().slice(0, 10),
  machine,
  node: process.versions.node,
  versions: values.smoke
    ? {}
    : {
        ...Object.fromEntries(PEERS.map(({ name, version: [command, ...args] }) => [name, versionOf(command, args)])),
        nsd: versionOf('nsd', ['-v']),
        dnsperf: versionOf('dnsperf', ['-h']),
      },
  rounds: plan.rounds,
  listNames: plan.listNames,
  ...(endOfPauses ? { pauses: await endOfPauses() } : {}),
  ...outcome,
}
mkdirSync(values.out, { recursive: true })
writeFileSync(join(values.out, 'benchmark.json'), `${JSON.stringify(report, undefined, 2)}\n`)
writeFileSync(join(values.out, 'benchmark.md'), toMarkdown(report))
if (values.write) replaceFigures('docs/benchmarks.md', 'peers', toMarkdown(report))
console.log(`\n${toMarkdown(report)}\nWritten to ${values.out}/benchmark.json and benchmark.md`)
