import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const NAME = 'www.shop.example.org'

test('a rule that can never win is found, told why, deleted and brought back; lists that overlap are compared', async ({
  page,
}) => {
  await stack.api('POST', '/lists', { name: 'Large', kind: 'block', text: '||ads.example.net^\nb.example.net\n' })
  await stack.api('POST', '/lists', { name: 'Small', kind: 'block', text: 'x.ads.example.net\nc.example.net\n' })
  await stack.api('POST', '/rules/import', { text: `@@||shop.example.org^\n|${NAME}^\n` })
  await openConsole(page, stack, '/reports')
  await expect(page.getByText('No report yet')).toBeVisible()
  await page.getByRole('button', { name: 'Make the report' }).click()

  const shadowed = page.getByRole('region', { name: 'Rules that never win' })
  await expect(shadowed).toContainText(NAME)
  await expect(shadowed).toContainText('another rule allows all of it, and allow wins')
  await expect(page.getByRole('region', { name: 'Lists that overlap' })).toContainText('50.0 % in Large')

  await shadowed.getByRole('button', { name: `Delete ${NAME}` }).click()
  await expect(message(page, `${NAME} deleted`)).toBeVisible()
  await expect(page.getByText('rules or lists have changed since')).toBeVisible()
  await undo(page)
  await expect(shadowed.getByRole('button', { name: `Delete ${NAME}` })).toBeVisible()

  await page.getByRole('button', { name: 'Switch off Small' }).click()
  await expect(message(page, 'Small is off')).toBeVisible()
  await expect.poll(async () => (await dig(stack.dnsPort, 'c.example.net')).answers).not.toEqual(['0.0.0.0'])
  await undo(page)
  await expect.poll(async () => (await dig(stack.dnsPort, 'c.example.net')).answers).toEqual(['0.0.0.0'])
  await page.getByRole('link', { name: 'Open Small' }).click()
  await expect(page.getByRole('dialog', { name: 'Small' })).toBeVisible()
})
