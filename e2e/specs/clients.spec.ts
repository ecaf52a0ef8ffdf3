import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'www.example.org'
const [TABLET, STRANGER] = ['127.0.0.7', '127.0.0.9']

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  for (const name of ['Kids', 'Quarantine']) await stack.api('POST', '/groups', { name })
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: NAME, groups: [2, 3] })
})
test.afterAll(() => stack.stop())

const answersTo = async (from: string) => (await dig(stack.dnsPort, NAME, 'A', '-b', from)).answers

test('a client that asked is found, put into a group with one press, and named', async ({ page }) => {
  expect(await answersTo(TABLET)).toEqual([addressOf(NAME)])
  await openConsole(page, stack, '/clients')
  const row = page.getByRole('row', { name: new RegExp(TABLET) })
  await expect(row).toBeVisible()
  await row.getByLabel(`Group of ${TABLET}`).selectOption('Kids')
  await expect(message(page, `${TABLET} is in Kids now`)).toBeVisible()
  expect(await answersTo(TABLET)).toEqual(['0.0.0.0'])
  await undo(page)
  await expect(row.getByLabel(`Group of ${TABLET}`)).toHaveValue('1')
  await expect.poll(() => answersTo(TABLET)).toEqual([addressOf(NAME)])

  await row.getByRole('button', { name: 'Name it' }).click()
  const form = page.getByRole('dialog', { name: 'New client' })
  await form.getByLabel('Name', { exact: true }).fill('Tablet')
  await form.getByLabel('Group').selectOption('Kids')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'Client Tablet saved')).toBeVisible()
  await expect(page.getByRole('row', { name: /Tablet/ })).toBeVisible()
  expect(await answersTo(TABLET)).toEqual(['0.0.0.0'])
})

test('a client’s drawer says what it asked for lately, and each figure leads to its queries', async ({ page }) => {
  const client = '127.0.0.12'
  for (const name of ['one.example.org', 'one.example.org', 'two.example.org'])
    await dig(stack.dnsPort, name, 'A', '-b', client)
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'bad.example.org' })
  await dig(stack.dnsPort, 'bad.example.org', 'A', '-b', client)
  await openConsole(page, stack, '/clients')
  const row = page.getByRole('row', { name: new RegExp(client.replaceAll('.', '\\.')) })
  await expect(row.getByRole('link', { name: '4', exact: true })).toBeVisible()
  await row.getByRole('button', { name: 'Name it' }).click()
  // What is open stands in the address bar: it can be sent to somebody, and is there again.
  await expect(page).toHaveURL(`${stack.url}/clients?open=${client}`)
  await page.reload()
  await expect(page.getByLabel('Known by')).toHaveValue(client)
  const lately = page.getByRole('region', { name: 'Asked lately' })
  await expect(lately.getByRole('link', { name: '4', exact: true })).toBeVisible()
  await expect(lately.getByRole('link', { name: '25.0 % (1)' })).toBeVisible()
  await expect(lately.getByRole('link', { name: /one\.example\.org/ })).toContainText('2')
  await lately.getByRole('button', { name: '7 d' }).click()
  await expect(lately.getByRole('link', { name: /bad\.example\.org/ })).toHaveCount(2)
  await lately
    .getByRole('link', { name: /bad\.example\.org/ })
    .last()
    .click()
  await expect(page).toHaveURL(/\/queries\?.*outcome=blocked/)
  // Besides the head.
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(2)
  await expect(page.getByRole('row', { name: /bad\.example\.org/ })).toContainText(client)
})

test('a new client waits in quarantine, which the health line says, until it is released', async ({ page }) => {
  await openConsole(page, stack, '/clients')
  await page.getByLabel('New clients go to').selectOption('Quarantine: Quarantine')
  await expect(message(page, 'New clients go to Quarantine')).toBeVisible()
  await answersTo(STRANGER)
  const row = page.getByRole('row', { name: new RegExp(STRANGER) })
  await expect(row.getByRole('button', { name: 'Release' })).toBeVisible()
  // The page tells of the change as it is saved; it acts a moment later.
  await expect.poll(() => answersTo(STRANGER)).toEqual(['0.0.0.0'])
  await openConsole(page, stack, '/')
  await page.getByRole('link', { name: '1 new client in quarantine' }).click()
  await row.getByRole('button', { name: 'Release' }).click()
  await expect(message(page, `${STRANGER} released`)).toBeVisible()
  expect(await answersTo(STRANGER)).toEqual([addressOf(NAME)])
})
