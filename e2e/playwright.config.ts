import { readFileSync } from 'node:fs'
import { defineConfig, devices } from '@playwright/test'

/** scripts/lib/debian-tools.mjs leaves the path of the machine's own Chromium here. */
function browserPath(): string {
  try {
    return readFileSync(new URL('../node_modules/.cache/weir/browser-path', import.meta.url), 'utf8').trim()
  } catch {
    return '/usr/bin/chromium'
  }
}

export default defineConfig({
  testDir: 'specs',
  outputDir: 'results',
  // A browser and a product keep two cores busy: two at once took as long, and timed out more.
  workers: 1,
  retries: 0,
  // For a machine that others keep busy too: what is right is there far sooner.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: browserPath(),
      // Chromium's own sandbox refuses to run as root, as in most containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
})
