/**
 * `npm run fuzz`: looks for what the tests' own runs have not found. The same properties, for as long as is wanted, each time
 * from another seed (packages/shared/src/property-runs.ts).
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt, ensureInstalled, root, run, SetUpError } from './lib/set-up.mjs'

/** Files of properties: what each holds against what. */
const TARGETS = {
  wire: {
    about: 'queries and responses of random and nearly right octets: no throw, no read past the end, right sections',
    files: ['apps/resolver/src/wire/parse-query.test.ts', 'apps/resolver/src/wire/check-response.test.ts'],
  },
  rules: {
    about: 'rule index, buckets, expressions and decisions against naive matchers',
    files: ['rule-index', 'decide.property', 'name-buckets', 'literal-index', 'pattern-rules', 'plain-rules'].map(
      (name) => `apps/resolver/src/rules/${name}.test.ts`,
    ),
  },
  text: {
    about: 'lines of rules and lists: what is read is written and read again, in both parsers alike',
    files: ['rules/parse-line', 'rules/format-rule', 'lists/list-parser', 'lists/simple-line'].map(
      (name) => `packages/shared/src/${name}.test.ts`,
    ),
  },
}

const USAGE = `Usage: npm run fuzz [-- target …] [--seconds n] [--seed n]

${Object.entries(TARGETS)
  .map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`)
  .join('\n')}

  --seconds n    for each property   (20)
  --seed n       of a run that is to be had again   (random)

A failure prints seed, path and the smallest counterexample: put that into the property's examples.`

/** Tests in a file beside its properties, and several properties in one. */
const GRACE_SECONDS = 120
const MAX_SECONDS = 86_400
const MAX_SEED = 2 ** 31

function wholeNumber(option, text, maximum) {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return value
  throw new SetUpError(`--${option} '${text}' is not a whole number from 1 to ${maximum}`)
}

function fuzz() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(randomInt(1, MAX_SEED)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const seconds = wholeNumber('seconds', values.seconds, MAX_SECONDS)
  const seed = wholeNumber('seed', values.seed, MAX_SEED)
  const names = positionals.length > 0 ? positionals : Object.keys(TARGETS)
  const unknown = names.find((name) => !Object.hasOwn(TARGETS, name))
  if (unknown) throw new SetUpError(`there is no target '${unknown}': ${Object.keys(TARGETS).join(', ')} are there`)
  ensureInstalled()
  ensureBuilt()
  console.log(`${names.join(', ')}: ${seconds} s each property, seed ${seed}`)
  const files = names.flatMap((name) => TARGETS[name].files)
  const timeout = `--testTimeout=${(seconds + GRACE_SECONDS) * 1000}`
  return run(join(root, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'unit', timeout, ...files], {
    cwd: root,
    env: { ...process.env, WEIR_FUZZ_SECONDS: String(seconds), WEIR_FUZZ_SEED: String(seed) },
  })
}

try {
  process.exitCode = fuzz()
} catch (error) {
  if (!(error instanceof SetUpError) && error.code?.startsWith('ERR_PARSE_ARGS') !== true) throw error
  console.error(error.message)
  process.exitCode = 1
}
