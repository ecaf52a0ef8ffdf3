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

test('all rules of a group go at once, when that is confirmed, and come back; the rule that wins is one press away', async ({
  page,
}) => {
  const narrow = Array.from({ length: 12 }, (_, at) => `||n${at}.again.example.org^\n`).join('')
  await stack.api('POST', '/rules/import', { text: `||again.example.org^\n${narrow}` })
  await openConsole(page, stack, '/reports')
  await page.getByRole('button', { name: /^Make/ }).click()
  const again = page.getByRole('region', { name: 'Rules that say the same again' })
  await expect(again.getByRole('listitem')).toHaveCount(10)
  await again.getByRole('button', { name: 'Show all 12' }).click()
  await expect(again.getByRole('listitem')).toHaveCount(12)

  const count = async () =>
    (await stack.api<{ items: unknown[] }>('GET', '/rules?search=again.example.org&limit=50')).items.length
  await again.getByRole('button', { name: 'Delete all 12' }).click()
  await page.getByRole('button', { name: 'Delete 12 rules' }).click()
  await expect(message(page, '12 rules deleted')).toBeVisible()
  expect(await count()).toBe(1)
  await expect(again.getByRole('button', { name: 'Delete ||n3.again.example.org^' })).toBeDisabled()
  await undo(page)
  await expect.poll(count).toBe(13)

  await again.getByRole('link', { name: '||again.example.org^', exact: true }).first().click()
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toHaveValue('again.example.org')
})
