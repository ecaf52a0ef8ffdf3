import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'shop.example.org'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/lists', { name: 'Too strict', kind: 'block', text: `${NAME}\n` })
})
test.afterAll(() => stack.stop())

test('a name blocked by a list is allowed from the log in one click, and the click taken back', async ({ page }) => {
  expect((await dig(stack.dnsPort, NAME)).answers).toEqual(['0.0.0.0'])
  await openConsole(page, stack, '/queries?outcome=blocked')
  const row = page.getByRole('row', { name: NAME }).first()
  await expect(row).toContainText('list Too strict')

  await row.click()
  await page.getByRole('dialog', { name: 'Query' }).getByRole('button', { name: 'Allow' }).click()
  await expect(message(page, /^Allowed: /)).toBeVisible()
  expect((await dig(stack.dnsPort, NAME)).answers).toEqual([addressOf(NAME)])

  await undo(page)
  await expect(message(page, 'Taken back')).toBeVisible()
  expect((await dig(stack.dnsPort, NAME)).answers).toEqual(['0.0.0.0'])
})

test('the log is searched by part of a name and by client, and the address keeps the search', async ({ page }) => {
  await dig(stack.dnsPort, 'mail.example.net')
  await openConsole(page, stack, '/queries')
  await page.getByRole('searchbox', { name: 'Name' }).fill('mail.')
  await expect(page).toHaveURL(/name=mail/)
  await expect(page.getByRole('row', { name: 'mail.example.net' }).first()).toBeVisible()
  await expect(page.getByRole('row', { name: NAME })).toHaveCount(0)

  await page.getByRole('searchbox', { name: 'Client' }).fill('192.0.2.1')
  await expect(page.getByText('No query matches')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the filter' }).first().click()
  await expect(page.getByRole('row', { name: NAME }).first()).toBeVisible()
})
