import { expect, test } from '@playwright/test'
import { signIn } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

const PASSWORD = 'a quiet river at dawn'

test.describe.configure({ mode: 'serial' })

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start({ hasPassword: false })
})
test.afterAll(() => stack.stop())

/** The code that the API printed on its first start. */
function setUpCode(): string {
  const code = /set up with the code (\S+)/.exec(stack.apiOutput)?.[1]
  if (!code) throw new Error(`no set-up code in: ${stack.apiOutput}`)
  return code
}

test('the first run asks for the printed code and a password, and leads to the overview', async ({ page }) => {
  await page.goto(stack.url)
  await expect(page.getByRole('heading', { name: 'Set up Weir' })).toBeVisible()

  await page.getByLabel('Set-up code').fill('0000-0000')
  await page.getByLabel('Password of the user admin').fill(PASSWORD)
  await page.getByLabel('The same again').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set up and sign in' }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()

  await page.getByLabel('Set-up code').fill(setUpCode())
  await page.getByRole('button', { name: 'Set up and sign in' }).click()
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('DNS is')

  const steps = page.getByRole('region', { name: 'First steps' })
  await expect(steps).toContainText(`-p ${stack.dnsPort} example.org`)
  await expect(steps.getByText('done')).toBeHidden()
  await dig(stack.dnsPort, 'first.example.org')
  await expect(steps.getByText('done')).toBeVisible()
})

test('a set-up that was done is not offered again', async ({ page }) => {
  await page.goto(`${stack.url}/set-up`)
  await expect(page.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
})

test('a wrong password is refused, the right one leads in, and signing out leads back', async ({ page }) => {
  await page.goto(stack.url)
  await signIn(page, 'not the password')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()

  await signIn(page, PASSWORD)
  await expect(page.getByRole('region', { name: 'Health' })).toBeVisible()

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
  await page.goto(`${stack.url}/rules`)
  await expect(page.getByRole('heading', { name: 'Sign in to Weir' })).toBeVisible()
})

test('a link into the console is kept through the sign-in', async ({ page }) => {
  await page.goto(`${stack.url}/why?name=ads.example.org`)
  await signIn(page, PASSWORD)
  await expect(page).toHaveURL(`${stack.url}/why?name=ads.example.org`)
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('Not touched by any rule')
})
