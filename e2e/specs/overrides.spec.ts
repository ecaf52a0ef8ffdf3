import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'game.example.org'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/rules', { action: 'block', match: 'suffix', pattern: NAME })
})
test.afterAll(() => stack.stop())

const answersTo = async (name: string) => (await dig(stack.dnsPort, name)).answers

test('the internet is blocked for one client for a while, and given back early', async ({ page }) => {
  await openConsole(page, stack, '/overrides')
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
  await page.getByRole('button', { name: 'Start an override' }).first().click()
  const form = page.getByRole('dialog', { name: 'Start an override' })
  await form.getByLabel('What').selectOption('Block the internet')
  await form.getByLabel('For whom').selectOption('One client, or a network')
  await form.getByLabel('Address, prefix, or client id').fill('127.0.0.300')
  await expect(form.getByText("'127.0.0.300' is not an address")).toBeVisible()
  await form.getByLabel('Address, prefix, or client id').fill('127.0.0.1')
  await form.getByRole('button', { name: '1 hour' }).click()
  await form.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(message(page, /^Internet blocked until /)).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Internet blocked' })).toContainText('127.0.0.1')
  expect(await answersTo('www.example.net')).toEqual(['0.0.0.0'])

  await page.getByRole('button', { name: /^End now: Internet blocked/ }).click()
  await expect(message(page, /^Ended: /)).toBeVisible()
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
  expect(await answersTo('www.example.net')).toEqual([addressOf('www.example.net')])

  await undo(page)
  await expect(page.getByRole('button', { name: /^End now: Internet blocked/ })).toBeVisible()
  // What is shown is what is stored: the page hears of it before the resolver has confirmed.
  await expect.poll(() => answersTo('www.example.net')).toEqual(['0.0.0.0'])
  await page.getByRole('button', { name: /^End now: Internet blocked/ }).click()
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
})

test('a blocked name is allowed for the client that asked, for ten minutes, from the query log', async ({ page }) => {
  expect(await answersTo(NAME)).toEqual(['0.0.0.0'])
  await openConsole(page, stack, '/queries')
  await page.getByRole('row', { name: NAME }).first().click()
  const detail = page.getByRole('dialog', { name: 'Query' })
  await detail.getByLabel('For', { exact: true }).selectOption('127.0.0.1, for 10 minutes')
  await detail.getByRole('button', { name: 'Allow' }).click()
  await expect(message(page, /^Allowed: .* for 127\.0\.0\.1, for 10 minutes/)).toBeVisible()
  expect(await answersTo(NAME)).toEqual([addressOf(NAME)])

  await openConsole(page, stack, '/')
  await page.getByRole('link', { name: '1 override in force' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: `${NAME} allowed` })).toContainText('127.0.0.1')
  await page.getByRole('button', { name: /^End now: / }).click()
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
  await expect.poll(() => answersTo(NAME)).toEqual(['0.0.0.0'])
})

test('an override of a group is shown with the group and with its clients, and is ended from there', async ({
  page,
}) => {
  const { id } = await stack.api<{ id: number }>('POST', '/groups', { name: 'Kids', clients: ['127.0.0.7'] })
  const start = () => stack.api('POST', '/overrides', { kind: 'pause', groupId: id, minutes: 10 })
  await dig(stack.dnsPort, NAME, 'A', '-b', '127.0.0.7')
  await start()
  const ends = page.getByRole('button', { name: 'End now: Filtering paused, Group Kids' })
  await openConsole(page, stack, '/groups')
  const row = page.getByRole('listitem').filter({ hasText: /^Kids/ })
  await expect(row).toContainText(/Filtering paused for Group Kids, (10:00|9:\d\d) left10 min, until .* by /)
  await page.getByRole('button', { name: /^Kids/ }).click()
  const drawer = page.getByRole('dialog', { name: 'Group Kids' })
  await drawer.getByRole('button', { name: 'End now: Filtering paused, Group Kids' }).click()
  await expect(message(page, 'Ended: Filtering paused, Group Kids')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await expect(ends).toHaveCount(0)

  await start()
  await expect(row.getByRole('button', { name: /^End now/ })).toBeVisible()
  await openConsole(page, stack, '/clients')
  const seen = page.getByRole('row').filter({ hasText: '127.0.0.7' })
  await expect(seen).toContainText('Filtering paused for Group Kids')
  await page.getByRole('button', { name: /^127\.0\.0\.7/ }).click()
  await expect(page.getByRole('dialog').getByText('Filtering paused')).toBeVisible()
  await page.keyboard.press('Escape')
  await seen.getByRole('button', { name: /^End now/ }).click()
  await expect(ends).toHaveCount(0)
})
