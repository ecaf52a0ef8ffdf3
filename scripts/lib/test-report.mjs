/** Reads what vitest and Playwright report as JSON: how many tests passed and failed, and which ones failed. */
import { readFileSync } from 'node:fs'

/** vitest's own form, that of Jest. */
export function readVitest({ numPassedTests, numFailedTests, testResults }) {
  const failures = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${name}: ${fullName}`),
  )
  // A file that did not load, or whose process broke down, has no failed test.
  for (const { name, status, message, assertionResults } of testResults)
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
      failures.push(`${name}: ${String(message).split('\n')[0]}`)
  return { passed: numPassedTests, failed: numFailedTests, failures }
}

export function readPlaywright({ stats, suites, errors = [] }) {
  const failures = errors.map(({ message }) => String(message).split('\n')[0])
  const walk = ({ suites: inner = [], specs = [] }) => {
    for (const { ok, file, line, title } of specs) if (!ok) failures.push(`${file}:${line}: ${title}`)
    inner.forEach(walk)
  }
  suites.forEach(walk)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, failures }
}

/**
 * What a run counts for. A runner that ends badly without a failed test (a hook, a crash, no report) counts as one failure.
 * @param path of the report @param status exit code
 */
export function countReport(path, status, read) {
  let counts
  try {
    counts = read(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    return { passed: 0, failed: 1, failures: [`no report: ${error.message}`] }
  }
  const isEmpty = counts.passed + counts.failed === 0
  if ((status === 0 || counts.failed > 0) && !isEmpty) return counts
  const reason = isEmpty ? 'it ran no test' : `it ended with code ${status}, though no test failed: see its output`
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, reason] }
}
