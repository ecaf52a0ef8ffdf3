import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
const answers = async (name: string) => (await dig(stack.dnsPort, name)).answers
/** The log is written a quarter of a second behind. */
const logged = async (name: string, queries: number) =>
  expect
    .poll(async () => (await stack.api<{ items: unknown[] }>('GET', `/queries?name=%3D${name}`)).items.length)
    .toBe(queries)

test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

test('the rule editor says what a rule would have done, and that one more is redundant', async ({ page }) => {
  await answers('www.example.net')
  await logged('www.example.net', 1)
  await openConsole(page, stack, '/rules?edit=0&pattern=www.example.net')
  const editor = page.getByRole('dialog', { name: 'New rule' })
  await expect(
    editor.getByText('Would have blocked 1 query of 1 name from 1 client in the last 24 hours.'),
  ).toBeVisible()
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
  await openConsole(page, stack, '/what-if')
  await page.getByLabel('Name and everything below it').fill('net')
  await page.getByRole('button', { name: 'Try' }).click()
  await expect(page.getByText('Would have changed nothing in the last 24 hours.')).toBeVisible()
})

test('a draft in the address fills the form, and a fault stands at its field', async ({ page }) => {
  await openConsole(page, stack, '/what-if')
  const name = page.getByLabel('Name and everything below it')
  await name.fill('exa mple')
  await page.getByRole('button', { name: 'Try' }).click()
  await expect(page.getByText('character U+0020 is not allowed in a name')).toBeVisible()
  await name.fill('example.com')
  await page.getByRole('button', { name: 'Try' }).click()
  await expect(page.getByText('Blocks example.com and everything below it.')).toBeVisible()
  await page.reload()
  await expect(name).toHaveValue('example.com')
  await page.goBack()
  await expect(name).toHaveValue('exa mple')
})

test('a list is tried on the last week before it is added', async ({ page }) => {
  for (const name of ['track.example.org', 'track.example.org', 'www.example.org']) await answers(name)
  await logged('track.example.org', 2)
  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = page.getByRole('dialog', { name: 'Add a list', exact: true })
  await form.getByRole('button', { name: 'Paste' }).click()
  await form.getByLabel('Lines').fill('track.example.org\nother.example.org\n')
  await form.getByRole('button', { name: 'Try it on the last week' }).click()
  await expect(form.getByText('Would have blocked 2 queries of 1 name from 1 client in the last 7 days.')).toBeVisible()
  await expect(form.getByRole('list', { name: 'Names it would have met' })).toContainText('track.example.org')
  await expect(form.getByRole('list', { name: 'Clients that asked' })).toContainText('127.0.0.1')
  expect((await stack.api<{ items: unknown[] }>('GET', '/lists')).items).toEqual([])
})

test('what takes longer than a moment says how far it is', async ({ page }) => {
  // What is switched off is not in the index: its content is read.
  const list = { name: 'Long', kind: 'block', text: 'none.example.org\n', enabled: false }
  const { id } = await stack.api<{ id: number }>('POST', '/lists', list)
  const names = Array.from({ length: 1_200_000 }, (_, at) => `host${at}.example.net`)
  await stack.upload(`/lists/${id}/content`, names.join('\n'))
  await openConsole(page, stack, '/what-if')
  await page.getByLabel('What if I').selectOption('Switch a list on or off')
  await page.getByLabel('List', { exact: true }).selectOption('Long: switch on')
  const bar = page.getByRole('progressbar', { name: 'Progress of the trial' })
  const seen = Promise.withResolvers<void>()
  // The result waits until the progress was seen, however fast the machine is.
  await page.route('**/api/v1/simulations', async (route) => {
    const response = await route.fetch({ timeout: 0 })
    await seen.promise
    await route.fulfill({ response })
  })
  await page.getByRole('button', { name: 'Try' }).click()
  await expect(bar).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/^Trying it on the queries of late, \d.* done$/)).toBeVisible()
  seen.resolve()
  await expect(page.getByText(/^Would have /)).toBeVisible({ timeout: 60_000 })
  await expect(bar).toBeHidden()
})
