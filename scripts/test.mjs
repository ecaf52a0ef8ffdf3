/** `npm test`: sets up what is missing (the browser too), runs every check in order, ends with `N passed, N failed`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTestTools } from './lib/debian-tools.mjs'
import { ensureBuilt, ensureInstalled, nodePath, root, run, SetUpError } from './lib/set-up.mjs'
import { countReport, readPlaywright, readVitest } from './lib/test-report.mjs'

const bin = (name) => join(root, 'node_modules', '.bin', name)

/** Checks without tests of their own: each counts as one. */
const gate = (name, command, args) => ({ name, run: () => count(run(command, args) === 0) })
const count = (isGreen) => ({ passed: isGreen ? 1 : 0, failed: isGreen ? 0 : 1, failures: [] })

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

function steps(reports) {
  const node = nodePath()
  return [
    gate('types', node, [join(root, 'node_modules', 'typescript7', 'bin', 'tsc'), '-b']),
    gate('lint', bin('biome'), ['check', '--error-on-warnings', '.']),
    gate('layers', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'apps', 'packages', 'e2e']),
    gate('unused', bin('knip'), []),
    { name: 'unit', run: () => vitest(reports, 'unit') },
    { name: 'scenarios', run: () => vitest(reports, 'scenarios') },
    { name: 'integration', run: () => vitest(reports, 'integration') },
    { name: 'e2e', run: () => playwright(reports) },
  ]
}

function main() {
  ensureInstalled()
  ensureTestTools()
  ensureBuilt()
  const reports = mkdtempSync(join(tmpdir(), 'weir-test-'))
  const only = process.argv.slice(2)
  const results = []
  for (const step of steps(reports)) {
    if (only.length > 0 && !only.includes(step.name)) continue
    console.log(`\n── ${step.name} ${'─'.repeat(60 - step.name.length)}`)
    const startedAt = Date.now()
    results.push({ name: step.name, ...step.run(), seconds: (Date.now() - startedAt) / 1000 })
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
  process.exitCode = main()
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
