import { expect, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/lists', { name: 'Trackers', kind: 'block', text: 'track.example.org\npixel.example.net\n' })
  await stack.api('POST', '/rules', { action: 'allow', match: 'exact', pattern: 'pixel.example.net' })
})
test.afterAll(() => stack.stop())

test('the page names the list that blocks a name, and the step that decided', async ({ page }) => {
  await openConsole(page, stack, '/why')
  await page.getByLabel('Name', { exact: true }).fill('track.example.org')
  await page.getByRole('button', { name: 'Ask' }).click()
  const decision = page.getByRole('region', { name: 'Decision' })
  await expect(decision).toContainText('Blocked by list Trackers')
  const step = page.getByRole('region', { name: 'The way to it' }).getByRole('listitem').filter({ hasText: 'Lists' })
  await expect(step.first()).toContainText('decided here')

  await decision.getByRole('link', { name: 'Trackers' }).click()
  await expect(page.getByRole('dialog', { name: 'Trackers' })).toBeVisible()
})

test('the page names the own rule that lets a listed name pass, and the list that lost', async ({ page }) => {
  await openConsole(page, stack, '/why?name=pixel.example.net&type=AAAA')
  const decision = page.getByRole('region', { name: 'Decision' })
  await expect(decision).toContainText('Allowed by own rule')
  await expect(page.getByRole('region', { name: 'The way to it' })).toContainText('exempt')

  await decision.getByRole('link', { name: 'pixel.example.net' }).click()
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toHaveValue('pixel.example.net')
})

test('what is no name is said at the field', async ({ page }) => {
  await openConsole(page, stack, '/why')
  await page.getByLabel('Name', { exact: true }).fill('a..b')
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true')
})

test('a query of then is explained by the policy of then, though its list is gone since', async ({ page }) => {
  const { id } = (await stack.api('POST', '/lists', { name: 'Gone', kind: 'block', text: 'gone.example.org\n' })) as {
    id: number
  }
  await expect.poll(async () => (await dig(stack.dnsPort, 'gone.example.org')).answers).toEqual(['0.0.0.0'])
  await stack.api('DELETE', `/lists/${id}`)
  await openConsole(page, stack, '/queries?name=gone.example.org&outcome=blocked')
  await page.getByRole('row', { name: 'gone.example.org' }).first().click()
  await page.getByRole('link', { name: 'Why? By the policy of that moment' }).click()
  const decision = page.getByRole('region', { name: 'Decision' })
  await expect(decision).toContainText('Blocked by list Gone')
  await expect(page.getByText(/not touched by any rule/i)).toBeVisible()

  // The same question by the policy of now.
  await openConsole(page, stack, '/why?name=gone.example.org&type=A')
  await expect(decision).toContainText('Not touched by any rule')
})

test('what does not fit in the address is dropped, and the page is there', async ({ page }) => {
  await openConsole(page, stack, '/why?name=track.example.org&at=yesterday')
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('Blocked by list Trackers')
  await openConsole(page, stack, '/queries?outcome=lost&type=&from=tomorrow')
  await expect(page.getByRole('combobox', { name: 'Outcome' })).toHaveValue('')
  await expect(page.getByText('could not be loaded')).toHaveCount(0)
})
