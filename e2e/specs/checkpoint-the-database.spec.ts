import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { ask } from '../fixtures/ask.ts'
import { openConsole } from '../fixtures/console.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/rules', { action: 'block', match: 'suffix', pattern: 'ads.example.org' })
})
test.afterAll(() => stack.stop())

for (const database of ['weir.db', 'log.db'])
  test(`each checkpoint of ${database} says what it did, while DNS is served`, async ({ page }) => {
    await openConsole(page, stack, '/database')
    const panel = page.getByRole('region', { name: database })
    for (const mode of ['Passive', 'Full', 'Restart', 'Truncate']) {
      const asking = ask(stack.dnsPort, [{ name: `${mode}.example.org` }, { name: 'ads.example.org' }])
      await panel.getByRole('button', { name: mode, exact: true }).click()
      const outcome = new RegExp(`^${mode.toLowerCase()}: .*\\d (µs|ms|s)$`)
      await expect(panel.getByRole('status').filter({ hasText: outcome })).toBeVisible()
      await expect(panel.getByRole('status').filter({ hasText: 'busy' })).toHaveCount(0)
      await asking
    }
    await expect(page.getByRole('region', { name: 'Last checkpoints' })).toContainText('truncate')
  })

test('both integrity checks find the files sound', async ({ page }) => {
  await openConsole(page, stack, '/database')
  const panel = page.getByRole('region', { name: 'weir.db' })
  for (const check of ['Quick check', 'Full check']) {
    await panel.getByRole('button', { name: check }).click()
    await expect(panel.getByText(/^Sound, /)).toBeVisible()
  }
})

test('the backup is a whole SQLite file that holds the rules', async ({ page }) => {
  await openConsole(page, stack, '/database')
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download a backup' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toMatch(/\.db$/)
  const file = await readFile(await download.path())
  expect(file.subarray(0, 15).toString()).toBe('SQLite format 3')
  const pageOctets = file.readUInt16BE(16)
  expect(file.length).toBe(file.readUInt32BE(28) * (pageOctets === 1 ? 65_536 : pageOctets))
  expect(file.includes('ads.example.org')).toBe(true)
})
