import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { ADMIN_TOKEN, Stack } from '../fixtures/stack.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)

/** What runs this test, and what the stack here does by itself. */
const RUN_ALREADY = new Set(['npm start', 'npm test'])

let stack: Stack
let home: string
test.beforeAll(async () => {
  stack = await Stack.start()
  home = await mkdtemp(join(tmpdir(), 'weir-documented-'))
  await symlink(join(root, 'scripts'), join(home, 'scripts'))
  // A problem in place of a reply is a failure too.
  await writeFile(join(home, '.curlrc'), 'fail\n')
})
test.afterAll(async () => {
  await stack.stop()
  await rm(home, { recursive: true, force: true })
})

const page = (path: string) => readFile(join(root, path), 'utf8')

/** The blocks of a page in one language, in order. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block.trim())

/** Runs a block as somebody would who started Weir with its defaults. @throws Error when any command of it fails */
async function shell(block: string): Promise<string> {
  const here = block.replaceAll('-p 1053', `-p ${stack.dnsPort}`).replaceAll('http://127.0.0.1:8053', stack.url)
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here], {
    cwd: home,
    env: {
      HOME: home,
      PATH: [join(home, '.local/bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      WEIR_URL: stack.url,
      WEIR_ADMIN_TOKEN: ADMIN_TOKEN,
    },
  })
  return stdout
}

test('README.md: a name is asked for, blocked by a rule, and asked for again', async () => {
  const [first, second] = blocks(await page('README.md'), 'sh').filter((block) => block.startsWith('dig'))
  expect(await shell(first ?? '')).toContain('status: NOERROR')
  await stack.api('POST', '/rules/import', { text: '||ads.example^' })
  const blocked = await shell(second ?? '')
  expect(blocked).toMatch(/\sIN\s+A\s+0\.0\.0\.0\n/)
  expect(blocked).toContain('blocked by rule ads.example')
})

test('every block of shell in the pages runs to its end', async () => {
  const paths = ['README.md', 'CONTRIBUTING.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)]
  let count = 0
  for (const path of paths.filter((name) => name.endsWith('.md')).sort())
    for (const block of blocks(await page(path), 'sh').filter((text) => !RUN_ALREADY.has(text))) {
      await test.step(`${path}: ${block}`, () => shell(block))
      count++
    }
  expect(count).toBeGreaterThan(3)
})

test('docs/policy.md: the file it shows is one that can be applied', async () => {
  const [yaml = ''] = blocks(await page('docs/policy.md'), 'yaml')
  await writeFile(join(home, 'shown.yaml'), `${yaml}\n`)
  const plan = await run(join(root, 'scripts/weir.mjs'), ['policy', 'plan', join(home, 'shown.yaml')], {
    env: { ...process.env, WEIR_URL: stack.url, WEIR_ADMIN_TOKEN: ADMIN_TOKEN },
  }).catch((error: { code: number; stdout: string; stderr: string }) => error)
  expect(plan).toMatchObject({ code: 2, stderr: '' })
})

test('docs/systemd.md: systemd takes the unit', async () => {
  const hasSystemd = await run('systemd-analyze', ['--version']).then(
    () => true,
    () => false,
  )
  test.skip(!hasSystemd, 'systemd is not on this machine')
  const [unit = ''] = blocks(await page('docs/systemd.md'), 'ini')
  const path = join(home, 'weir.service')
  await writeFile(path, unit.replace('/usr/bin/node', process.execPath))
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', path])
  expect(stdout + stderr).toBe('')
})
