import { expect, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

test('of a resolver that hangs the top bar claims nothing, and "Why?" gives up and can be asked again', async ({
  page,
}) => {
  await openConsole(page, stack)
  await expect(page.getByRole('button', { name: 'Protection: Protected' })).toBeVisible()
  stack.freezeResolver()
  await expect(page.getByRole('button', { name: 'Protection: Unreachable' })).toBeVisible()
  await expect(page.getByText(/^No figures from the resolver since/)).toBeVisible()
  await page.goto(`${stack.url}/why?name=www.example.org`)
  const alert = page.getByRole('alert').filter({ hasText: 'has said nothing for 5 s' })
  await expect(alert).toBeVisible()
  stack.thawResolver()
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('www.example.org')
  await expect(page.getByRole('button', { name: 'Protection: Protected' })).toBeVisible()
})

test('where the settings cannot be read, the top bar says that it does not know', async ({ page }) => {
  // A refusal: what may pass by itself is tried again by itself, and the button would be gone.
  await page.route('**/api/v1/settings', (route) => route.fulfill({ status: 403, body: '{}' }))
  await openConsole(page, stack, '/groups')
  const unknown = page.getByRole('button', { name: 'Protection: Unknown. Try again' })
  await expect(unknown).toBeVisible()
  await page.unroute('**/api/v1/settings')
  await unknown.click()
  await expect(page.getByRole('button', { name: 'Protection: Protected' })).toBeVisible()
})
