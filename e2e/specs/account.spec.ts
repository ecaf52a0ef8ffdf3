import { expect, test } from '@playwright/test'
import { message, openConsole, signIn } from '../fixtures/console.ts'
import { ADMIN_PASSWORD, Stack } from '../fixtures/stack.ts'

const NEXT_PASSWORD = 'another quiet river'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

test('users and tokens are made by keyboard alone, on a phone too', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openConsole(page, stack, '/settings?section=users')
  await expect(page.getByRole('link', { name: 'Users', exact: true })).toBeInViewport()
  await page.getByLabel('Name', { exact: true }).focus()
  await page.keyboard.type('eve')
  await page.keyboard.press('Tab')
  await page.keyboard.type('a quiet river')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Role of eve')).toHaveValue('operator')
  await page.getByRole('button', { name: 'New password for eve' }).press('Enter')
  await page
    .getByRole('dialog')
    .getByLabel(/^Password/)
    .fill('short')
  await expect(page.getByRole('button', { name: 'Set password' })).toBeDisabled()
  await page
    .getByRole('dialog')
    .getByLabel(/^Password/)
    .fill('a longer river')
  await page.keyboard.press('Enter')
  await expect(message(page, /^New password set/)).toBeVisible()

  await page.goto(`${stack.url}/settings?section=tokens`)
  await page.getByLabel('Name', { exact: true }).focus()
  await page.keyboard.type('backup script')
  await page.keyboard.press('Enter')
  const secret = await page.getByText(/^weir_\S{20,}/).innerText()
  const asToken = await page.request.get(`${stack.url}/api/v1/rules`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(asToken.ok()).toBe(true)
  await page.getByRole('button', { name: 'Revoke' }).press('Enter')
  await expect(page.getByText('No tokens')).toBeVisible()
})

test('a new password signs out everywhere else, and a session can be ended from the list', async ({
  browser,
  page,
}) => {
  const other = await browser.newContext()
  const otherPage = await other.newPage()
  await otherPage.goto(`${stack.url}/settings?section=account`)
  await signIn(otherPage, ADMIN_PASSWORD)
  await openConsole(page, stack, '/settings?section=account')
  await page.getByLabel('Present password').fill(ADMIN_PASSWORD)
  await page.getByLabel('New password').fill(NEXT_PASSWORD)
  await page.getByLabel('The same again').fill(NEXT_PASSWORD)
  await page.keyboard.press('Enter')
  await expect(message(page, /^Password changed/)).toBeVisible()
  await otherPage.reload()
  await expect(otherPage.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
  await signIn(otherPage, NEXT_PASSWORD)
  await expect(otherPage.getByRole('heading', { name: 'Sessions' })).toBeVisible()

  await page.reload()
  await page.getByRole('button', { name: /^Sign out admin at .*1$/ }).click()
  await expect(message(page, 'Signed out')).toBeVisible()
  await otherPage.reload()
  await expect(otherPage.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
  await page.getByRole('button', { name: /^Sign out admin at .*, this one$/ }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
  await other.close()
})

test('the page of the API opens, unfolds and runs under its own policy', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (entry) => {
    if (/Content.Security.Policy/i.test(entry.text())) refused.push(entry.text())
  })
  await page.goto(`${stack.url}/api/docs/`)
  await page.getByRole('button', { name: /^GET .*health State of/ }).click()
  await expect(page.getByText('State of API and resolver, without signing in').first()).toBeVisible()
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await expect(page.getByText('"configRevision"').first()).toBeVisible()
  // Its own library tries one inline style, which the policy refuses; nothing else may be refused.
  expect(refused.filter((text) => !text.startsWith('Applying inline style'))).toEqual([])
})
