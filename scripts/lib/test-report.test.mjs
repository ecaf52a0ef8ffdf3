import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countReport, readPlaywright, readVitest } from './test-report.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-report-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function count(report, status, read) {
  const path = join(folder, 'report.json')
  writeFileSync(path, typeof report === 'string' ? report : JSON.stringify(report))
  return countReport(path, status, read)
}
const file = (name, ...tests) => ({
  name,
  status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
})

describe('a report of vitest', () => {
  it('counts, and names what failed', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [file('a.test.ts', ['a works', 'passed'], ['a breaks', 'failed'])],
    }
    expect(count(report, 1, readVitest)).toEqual({ passed: 1, failed: 1, failures: ['a.test.ts: a breaks'] })
  })

  it('of a file that broke down counts one failure, and names the file', () => {
    const broken = { ...file('b.test.ts'), status: 'failed', message: 'SIGSEGV\nmore' }
    const report = { numPassedTests: 1, numFailedTests: 0, testResults: [file('a.test.ts', ['a', 'passed']), broken] }
    const { failed, failures } = count(report, 1, readVitest)
    expect({ failed, first: failures[0] }).toEqual({ failed: 1, first: 'b.test.ts: SIGSEGV' })
  })

  it('that is green though the runner failed is no success', () => {
    const report = { numPassedTests: 1, numFailedTests: 0, testResults: [file('a.test.ts', ['a', 'passed'])] }
    expect(count(report, 0, readVitest).failed).toBe(0)
    expect(count(report, 1, readVitest)).toMatchObject({ failed: 1, failures: [expect.stringContaining('code 1')] })
  })

  it('of no test, or that is none, counts as a failure', () => {
    const nothing = { numPassedTests: 0, numFailedTests: 0, testResults: [] }
    expect(count(nothing, 0, readVitest)).toMatchObject({ failed: 1, failures: ['it ran no test'] })
    expect(count('{', 0, readVitest)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('a report of Playwright', () => {
  it('counts, and names what failed, however deep it stands', () => {
    const spec = (title, ok) => ({ title, ok, file: 'a.spec.ts', line: 7 })
    const suites = [{ specs: [spec('one', true)], suites: [{ specs: [spec('two', false)] }] }]
    const report = { stats: { expected: 1, unexpected: 1, flaky: 0 }, suites, errors: [{ message: 'a hook\nmore' }] }
    expect(count(report, 1, readPlaywright)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['a hook', 'a.spec.ts:7: two'],
    })
  })
})
