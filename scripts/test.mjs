/** `npm test`: sets up what is missing (the browser too), runs every check in order, ends with `N passed, N failed`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTestTools, rememberBrowser } from './lib/debian-tools.mjs'
import { ensureBuilt, ensureInstalled, nodePath, root, run, SetUpError } from './lib/set-up.mjs'
import { countReport, readPlaywright, readVitest } from './lib/test-report.mjs'

const bin = (name) => join(root, 'node_modules', '.bin', name)

/** Checks without tests of their own: each counts as one. */
function gate(command, args) {
  const isGreen = run(command, args) === 0
  return { passed: isGreen ? 1 : 0, failed: isGreen ? 0 : 1, failures: [] }
}

/** vitest projects: their own tests are counted. */
function vitest(reports, project) {
  const report = join(reports, `${project}.json`)
  const status = run(bin('vitest'), [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return countReport(report, status, readVitest)
}

function playwright(reports) {
  const report = join(reports, 'e2e.json')
  const status = run(bin('playwright'), ['test', '-c', 'e2e', '--reporter=list,json'], {
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    },
  })
  return countReport(report, status, readPlaywright)
}

const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
const STEPS = [
  { name: 'types', about: 'TypeScript', run: () => gate(nodePath(), [tsc, '-b']) },
  { name: 'lint', about: 'Biome', run: () => gate(bin('biome'), ['check', '--error-on-warnings', '.']) },
  {
    name: 'layers',
    about: 'who may import whom',
    run: () => gate(bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'apps', 'packages', 'e2e']),
  },
  { name: 'unused', about: 'files, exports and packages that nobody uses', run: () => gate(bin('knip'), []) },
  { name: 'unit', about: 'tests beside the code', run: (reports) => vitest(reports, 'unit') },
  {
    name: 'scenarios',
    about: 'queries, upstream replies and time, scripted',
    run: (reports) => vitest(reports, 'scenarios'),
  },
  {
    name: 'integration',
    about: 'the built processes, over sockets and files',
    run: (reports) => vitest(reports, 'integration'),
  },
  {
    name: 'e2e',
    about: 'journeys in Chromium, against the whole product',
    needsTools: true,
    run: (reports) => playwright(reports),
  },
]

const USAGE = `Usage: npm test [-- step …]

Installs and builds what is missing, then runs the steps that are named, or all of them, and ends with 'N passed, N failed'.

${STEPS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

e2e needs Chromium (CHROME_PATH, where it is not in a usual place) and dig, and installs them from Debian where it may.`

/** @returns the steps that are named, in their own order */
function chosenSteps(names) {
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name))
  if (unknown !== undefined)
    throw new SetUpError(
      `there is no step '${unknown}': ${STEPS.map(({ name }) => name).join(', ')} are the ones to choose from`,
    )
  return STEPS.filter(({ name }) => names.length === 0 || names.includes(name))
}

function test(names) {
  const steps = chosenSteps(names)
  // Before the packages, which take a while: what is missing is said at once.
  const browser = steps.some(({ needsTools }) => needsTools) ? ensureTestTools() : undefined
  ensureInstalled()
  if (browser) rememberBrowser(browser)
  ensureBuilt()
  const reports = mkdtempSync(join(tmpdir(), 'weir-test-'))
  const results = []
  for (const step of steps) {
    console.log(`\n── ${step.name} ${'─'.repeat(60 - step.name.length)}`)
    const startedAt = Date.now()
    results.push({ name: step.name, ...step.run(reports), seconds: (Date.now() - startedAt) / 1000 })
  }
  rmSync(reports, { recursive: true, force: true })
  console.log('')
  for (const { name, passed, failed, seconds } of results)
    console.log(
      `${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`,
    )
  for (const { name, failures } of results) for (const failure of failures) console.log(`     ${name}: ${failure}`)
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 ? 0 : 1
}

try {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) console.log(USAGE)
  else process.exitCode = test(args)
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
