/**
 * One part of the benchmark: `npm run bench -- <part>` (scripts/bench.mjs) sees to the tools and starts this.
 *
 *     node --conditions=source apps/resolver/bench/run-part.ts part [--smoke] [--write] [--seconds n] [--names n] [--minutes n] [--data folder] [--out folder]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { replaceFigures } from './comparison/documentation.ts'
import { watchPauses } from './comparison/machine-pauses.ts'
import { endOnSignals, fullWorld, smokeWorld, stepAside } from './comparison/plans.ts'
import { describeMachine } from './comparison/report.ts'
import { inWorld } from './comparison/world.ts'
import { PARTS } from './parts/parts.ts'

const SMOKE_NAMES = 10_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    names: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '10' },
    data: { type: 'string', default: '../shared/data' },
    out: { type: 'string', default: 'node_modules/.cache/weir/bench' },
  },
})

function refuse(why: string): never {
  console.error(why)
  return process.exit(2)
}

function wholeNumber(option: 'seconds' | 'names' | 'minutes', maximum: number): number {
  const value = Number(values[option])
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return value
  return refuse(`--${option} '${values[option]}' is not a whole number from 1 to ${maximum}`)
}

const name = positionals[0] ?? ''
const part = PARTS[name] ?? refuse(`there is no part '${name}': ${Object.keys(PARTS).join(', ')}`)
const settings = {
  seconds: wholeNumber('seconds', 60),
  names: values.smoke ? SMOKE_NAMES : wholeNumber('names', 10_000_000),
  minutes: wholeNumber('minutes', 24 * 60),
  data: values.data,
  isSmoke: values.smoke,
}

endOnSignals()
const machine = describeMachine()
const startedAt = performance.now()
if (!values.smoke) stepAside()
const world = values.smoke ? smokeWorld : fullWorld
const endOfPauses = world.cores && watchPauses(world.cores.load)
const report = await inWorld(world, (place) => part(place, settings))
const pauses = endOfPauses ? `\n\n${await endOfPauses()}` : ''
const minutes = (performance.now() - startedAt) / 60_000
const date = new Date().toISOString().slice(0, 10)
const conditions = `${date} · ${machine} · Node ${process.versions.node} · ${settings.names.toLocaleString('en')} names · ${minutes.toFixed(1)} minutes`
const markdown = `${conditions}\n\n${report.markdown}${pauses}\n`
mkdirSync(values.out, { recursive: true })
writeFileSync(join(values.out, `${name}.json`), `${JSON.stringify({ date, machine, ...report }, undefined, 2)}\n`)
writeFileSync(join(values.out, `${name}.md`), markdown)
if (values.write) replaceFigures('docs/benchmarks.md', name, markdown)
console.log(`\n${markdown}\nWritten to ${values.out}/${name}.json and ${name}.md`)
