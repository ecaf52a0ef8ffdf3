import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig, devices } from '@playwright/test'

/** scripts/lib/debian-tools.mjs leaves the path of the machine's own Chromium here. */
function browserPath(): string {
  try {
    return readFileSync(new URL('../node_modules/.cache/weir/browser-path', import.meta.url), 'utf8').trim()
  } catch {
    return '/usr/bin/chromium'
  }
}

/**
 * Where it is about noon while the tests run: no test meets midnight, and neither a change of the clock. Days of the console are
 * those of the browser.
 */
function zoneWhereItIsNoon(): string {
  const offset = 12 - new Date().getUTCHours()
  // The sign of these names is that of POSIX: what is ahead of UTC has a minus.
  return offset === 0 ? 'UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`
}

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results',
  // Each spec file has a product, ports and a browser of its own, and waits for one of them much of the time.
  workers: Math.min(2, availableParallelism()),
  retries: 0,
  // For a machine that others keep busy too: what is right is there far sooner.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    timezoneId: zoneWhereItIsNoon(),
    launchOptions: {
      executablePath: browserPath(),
      // Chromium's own sandbox refuses to run as root, as in most containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
})
