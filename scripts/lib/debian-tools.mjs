/** Programs that the tests need beside Node: a browser and `dig`. Looked for first, installed from Debian where possible. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, SetUpError } from './set-up.mjs'

const works = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0

/** Chromium without a window to draw: the same pages for half of the work. */
const HEADLESS_SHELL = 'chromium-headless-shell'
const OPTIONAL_UPDATE_MS = 60_000

const BROWSERS = [
  process.env['CHROME_PATH'],
  `/usr/bin/${HEADLESS_SHELL}`,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const findBrowser = () => BROWSERS.find((path) => path && works(path, ['--version']))

/**
 * Installs Debian packages as root, or with a sudo that asks for no password. @returns whether it worked
 * @param isNeeded false: it can do without them, so a failure is not shown and an unreachable mirror not waited for
 */
function aptInstall(packages, isNeeded = true) {
  if (!works('apt-get', ['--version'])) return false
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !works('sudo', ['-n', 'true'])) return false
  const [command, ...prefix] = isRoot ? ['apt-get'] : ['sudo', '-n', 'apt-get']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = isNeeded ? ['ignore', 'ignore', 'inherit'] : 'ignore'
  const apt = (args, timeout) => spawnSync(command, [...prefix, ...args], { stdio, env, timeout }).status === 0
  console.log(`Installing ${packages.join(', ')} from Debian …`)
  const hasIndex = apt(['update', '-qq'], isNeeded ? undefined : OPTIONAL_UPDATE_MS)
  return hasIndex && apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
}

/** Makes sure of Chromium and dig. @returns the browser's path */
export function ensureTestTools() {
  const present = findBrowser()
  // Where it cannot be had, any Chromium does.
  const wantsShell = !process.env['CHROME_PATH'] && present !== `/usr/bin/${HEADLESS_SHELL}`
  const lacksBrowser = !(wantsShell && aptInstall([HEADLESS_SHELL], false)) && !present
  const missing = []
  if (lacksBrowser) missing.push('chromium')
  if (!works('dig', ['-v'])) missing.push('bind9-dnsutils')
  if (missing.length > 0 && !aptInstall(missing))
    throw new SetUpError(
      `the end-to-end tests need ${missing.join(' and ')}: install with 'apt-get install ${missing.join(' ')}' as root${lacksBrowser ? ', or set CHROME_PATH to a Chromium' : ''}`,
    )
  const browser = findBrowser()
  if (!browser) throw new SetUpError('Chromium is installed but does not start: try chromium --version')
  return browser
}

/** Leaves the path where playwright.config.ts reads it: among the packages, so only once these are installed. */
export function rememberBrowser(browser) {
  const cache = join(root, 'node_modules', '.cache', 'weir')
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'browser-path'), browser)
}

/** Debian package, and the call that shows whether it is there. */
const BENCH_TOOLS = [
  ['dnsperf', 'dnsperf', ['-h']],
  ['nsd', 'nsd', ['-v']],
  ['util-linux', 'taskset', ['--version']],
]

/** Servers that Weir is measured beside. The benchmark says which are missing and goes on without them. */
const BENCH_PEERS = [
  ['unbound', 'unbound', ['-V']],
  ['dnsdist', 'dnsdist', ['--version']],
  ['tinycdb', 'cdb', ['-h']],
  ['pdns-recursor', 'pdns_recursor', ['--version']],
  ['knot-resolver', 'kresd', ['--version']],
  ['dnsmasq-base', 'dnsmasq', ['--version']],
]

/** Makes sure of the upstream and the load generator of the benchmark, and installs the peers that it can, where they are wanted. */
export function ensureBenchTools(wantsPeers) {
  const missing = BENCH_TOOLS.filter(([, command, args]) => !works(command, args)).map(([name]) => name)
  if (missing.length > 0 && !aptInstall(missing))
    throw new SetUpError(
      `the benchmark needs ${missing.join(', ')}: install with 'apt-get install ${missing.join(' ')}' as root`,
    )
  // One by one: a package that this release lacks must not keep the others out.
  for (const [name, command, args] of wantsPeers ? BENCH_PEERS : [])
    if (!works(command, args) && !aptInstall([name])) console.log(`${name} is missing and could not be installed`)
}
