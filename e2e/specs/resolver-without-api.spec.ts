import { expect, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/rules', { action: 'block', match: 'suffix', pattern: 'ads.example.org' })
})
test.afterAll(() => stack.stop())

test('DNS goes on without the API, the console says so, and both come back by themselves', async ({ page }) => {
  await dig(stack.dnsPort, 'cached.example.org')
  await openConsole(page, stack)
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible()

  await stack.stopApi()
  await expect(page.getByText(/Console disconnected since/)).toBeVisible()
  const askedBefore = await stack.upstream.asked()
  expect((await dig(stack.dnsPort, 'cached.example.org')).answers).toEqual([addressOf('cached.example.org')])
  expect(await stack.upstream.asked()).toEqual(askedBefore)
  expect((await dig(stack.dnsPort, 'ads.example.org')).answers).toEqual(['0.0.0.0'])
  expect((await dig(stack.dnsPort, 'new.example.org')).answers).toEqual([addressOf('new.example.org')])
  expect((await dig(stack.dnsPort, 'tcp.example.org', 'A', '+tcp')).answers).toEqual([addressOf('tcp.example.org')])

  await stack.startApi()
  await expect(page.getByText(/Console disconnected since/)).toBeHidden()
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('DNS is well')
})

test('a page opened while the API is away shows itself once it is back', async ({ page }) => {
  await openConsole(page, stack, '/rules')
  await expect(page.getByRole('row', { name: 'ads.example.org' })).toBeVisible()
  await stack.stopApi()
  await page.getByRole('link', { name: 'Lists', exact: true }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await stack.startApi()
  await expect(page.getByText('No lists yet')).toBeVisible()
})
