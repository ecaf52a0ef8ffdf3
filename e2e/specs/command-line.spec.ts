import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { dig } from '../fixtures/dig.ts'
import { ADMIN_TOKEN, Stack } from '../fixtures/stack.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

let stack: Stack
let empty: Stack
let folder: string
test.beforeAll(async () => {
  stack = await Stack.start()
  empty = await Stack.start()
  folder = await mkdtemp(join(tmpdir(), 'weir-cli-'))
})
test.afterAll(async () => {
  await stack.stop()
  await empty.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Options {
  readonly on?: Stack
  readonly input?: string
}

function weir(args: readonly string[], { on = stack, input }: Options = {}) {
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'apps/cli/dist/main.js'), ...args],
    {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, NODE_OPTIONS: '', WEIR_URL: on.url, WEIR_ADMIN_TOKEN: ADMIN_TOKEN },
    },
  )
  return { status, stdout, stderr }
}

test('the policy of one Weir goes to another, planned first, and comes out the same', async () => {
  const { id } = await stack.api<{ id: number }>('POST', '/groups', { name: 'Kids', clients: ['192.0.2.64/26'] })
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'game.example.org', groups: [id] })
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'ads.example.org' })
  const file = join(folder, 'policy.yaml')
  expect(weir(['policy', 'export', '--output', file]).status).toBe(0)
  const text = await readFile(file, 'utf8')
  // Upstreams are of the machine.
  const portable = text.replace(/ {2}upstreams:\n(?: {4}.*\n)+/, '')
  await writeFile(file, portable)

  const plan = weir(['policy', 'plan', file], { on: empty })
  expect(plan.status).toBe(2)
  expect(plan.stdout).toContain('+ group: Kids\n')
  expect(plan.stdout).toContain('    groups Kids\n')
  expect(plan.stdout).toMatch(/\nPlan: 3 to create, 0 to change, 0 to delete \(at revision \d+\)\.\n$/)
  const asked = weir(['policy', 'apply', file], { on: empty, input: '' })
  expect(asked).toMatchObject({ status: 1, stderr: expect.stringContaining('add --yes') })
  expect((await dig(empty.dnsPort, 'ads.example.org')).answers).not.toEqual(['0.0.0.0'])

  const applied = weir(['policy', 'apply', file, '--yes', '--comment', 'from the file'], { on: empty })
  expect(applied).toMatchObject({ status: 0, stdout: expect.stringMatching(/Applied as revision \d+\.\n$/) })
  expect((await dig(empty.dnsPort, 'ads.example.org')).answers).toEqual(['0.0.0.0'])
  expect(weir(['policy', 'plan', file], { on: empty })).toMatchObject({ status: 0, stdout: 'Nothing to change.\n' })
  const again = weir(['policy', 'export'], { on: empty }).stdout
  expect(again.replace(/ {2}upstreams:\n(?: {4}.*\n)+/, '')).toBe(portable)
  const { items } = await empty.api<{ items: { comment: string }[] }>('GET', '/changes?limit=1')
  expect(items[0]?.comment).toBe('from the file')
})

test('a fault is told with its line, and a stale plan is refused', async () => {
  const bad = weir(['policy', 'plan', '-'], { input: 'weir: 1\nrules:\n  - |\n    ok.example\n    ||x^$nonsense\n' })
  expect(bad.status).toBe(1)
  expect(bad.stderr).toMatch(/^stdin:5: '\|\|x\^\$nonsense': .* \(rules\[0\]\)\n$/)
  const newer = weir(['policy', 'plan', '-'], { input: 'weir: 9\n' })
  expect(newer.stderr).toContain('stdin:1: this file has version 9 and comes from a newer Weir')
  const stale = weir(['policy', 'plan', '-', '--expect-revision', '1'], { input: 'weir: 1\n' })
  expect(stale).toMatchObject({ status: 1, stderr: expect.stringContaining('the configuration has revision') })
})

test('lines are imported, refused ones named by number', async () => {
  const lines = 'new.example.org\n||bad^$what\n'
  expect(weir(['rules', 'import', '-', '--dry-run'], { input: lines }).stderr).toContain('1 rules would be added')
  const imported = weir(['rules', 'import', '-'], { input: lines })
  expect(imported.status).toBe(1)
  expect(imported.stderr).toMatch(/^stdin:2: .*: \|\|bad\^\$what\n1 rules added, /)
  expect(weir(['rules', 'export']).stdout).toContain('new.example.org\n')
})

test('without a token or a Weir it says what to do', () => {
  const { stderr } = spawnSync(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'apps/cli/dist/main.js'), 'policy', 'export'],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    },
  )
  expect(stderr).toBe('weir: no token: set WEIR_ADMIN_TOKEN, or WEIR_TOKEN for another one\n')
  const nobody = weir(['policy', 'export', '--url', 'http://127.0.0.1:1'])
  expect(nobody).toMatchObject({ status: 1, stderr: expect.stringContaining('http://127.0.0.1:1 is not reachable') })
})
