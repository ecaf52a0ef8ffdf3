import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const rule = (pattern: string) =>
  stack.api<{ id: number }>('POST', '/rules', { action: 'block', match: 'exact', pattern })

test('rules that were deleted together come back under their ids, and act again', async ({ page }) => {
  const ids = [(await rule('one.bulk.example.org')).id, (await rule('two.bulk.example.org')).id]
  await openConsole(page, stack, '/rules?search=bulk')
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByRole('button', { name: 'Select all loaded rows' }).click()
  await page.getByRole('toolbar', { name: 'Selected rules' }).getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete 2 rules' }).click()
  await expect(message(page, '2 rules deleted')).toBeVisible()
  expect((await dig(stack.dnsPort, 'one.bulk.example.org')).answers).not.toEqual(['0.0.0.0'])
  await undo(page)
  await expect(page.getByRole('row')).toHaveCount(3)
  await expect.poll(async () => (await dig(stack.dnsPort, 'one.bulk.example.org')).answers).toEqual(['0.0.0.0'])
  const { items } = await stack.api<{ items: { id: number }[] }>('GET', '/rules?search=bulk&sort=id')
  expect(items.map(({ id }) => id)).toEqual(ids)
})

test('the history undoes a change, and says what stands against it', async ({ page }) => {
  const { id } = await rule('history.example.org')
  await stack.api('PATCH', `/rules/${id}`, { action: 'allow' })
  await openConsole(page, stack, '/history')
  const changed = page.getByRole('button', { name: /Rule changed.*history\.example\.org/ }).first()
  const added = page.getByRole('button', { name: /Rule added.*history\.example\.org/ }).first()
  await added.click()
  await expect(page.getByText(/Cannot be undone: change \d+ .* builds on it/)).toBeVisible()
  await changed.click()
  await page.getByRole('button', { name: 'Undo this change' }).click()
  await expect(message(page, /^Undone: Rule changed/)).toBeVisible()
  expect((await dig(stack.dnsPort, 'history.example.org')).answers).toEqual(['0.0.0.0'])
  await expect(page.getByRole('button', { name: /^\d+ undo Rule changed.*history\.example\.org/ })).toBeVisible()
})

test('what others changed since the last visit is marked', async ({ browser }) => {
  const context = await browser.newContext()
  const first = await context.newPage()
  await openConsole(first, stack, '/history')
  await expect(first.getByRole('listitem').first()).toBeVisible()
  await first.close()
  await rule('while-away.example.org')
  const second = await context.newPage()
  await second.goto(`${stack.url}/history`)
  await expect(second.getByText(/^1 change by others since your last visit/)).toBeVisible()
  await expect(second.getByRole('button', { name: /new Rule added.*while-away/ })).toBeVisible()
  await context.close()
})
