/** What cannot be: each is refused, or resolved, with a message that names both sides, and nothing of what was typed is lost. */
import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
let kids: number
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/groups', { name: 'Guests', clients: ['192.0.2.0/24'] })
  kids = (await stack.api<{ id: number }>('POST', '/groups', { name: 'Kids' })).id
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'game.example.org', groups: [kids] })
})
test.afterAll(() => stack.stop())

test('equal ranges are refused, overlapping ones say which counts', async ({ page }) => {
  await openConsole(page, stack, '/clients')
  await page.getByRole('button', { name: 'Add client' }).click()
  const form = page.getByRole('dialog', { name: 'New client' })
  await form.getByLabel('Known by').fill('192.0.2.99/24')
  await form.getByLabel('Name', { exact: true }).fill('Tablets')
  await form.getByLabel('Group', { exact: true }).selectOption('Kids')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form.getByRole('alert')).toContainText('192.0.2.0/24 is in the group Guests already')
  await expect(form.getByLabel('Name', { exact: true })).toHaveValue('Tablets')
  await form.getByLabel('Known by').fill('192.0.2.64/26')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, /^Client Tablets saved\. .*192\.0\.2\.0\/24.*Guests/)).toBeVisible()
})

test('a group that a rule names stays, and the rule is named', async ({ page }) => {
  await openConsole(page, stack, `/groups?open=${kids}`)
  await page.getByLabel('Comment').fill('kept')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('button', { name: 'Delete the group' }).click()
  const refusal = 'Not deleted: the group Kids is named by rule game.example.org: change them first'
  await expect(message(page, refusal)).toBeVisible()
  await expect(page.getByLabel('Comment')).toHaveValue('kept')
})

test('a schedule that never holds, or always, is not saved', async ({ page }) => {
  await openConsole(page, stack, '/schedules')
  await page.getByRole('button', { name: 'Add schedule' }).first().click()
  const form = page.getByRole('dialog', { name: 'New schedule' })
  await form.getByLabel('Name').fill('Never')
  await form.getByLabel('From').fill('20:30')
  await form.getByLabel(/^Until/).fill('20:30')
  await expect(form.getByText('is the same as its start, 20:30')).toBeVisible()
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()
  for (const day of ['Sat', 'Sun']) await form.getByRole('button', { name: day, exact: true }).click()
  await form.getByLabel(/^Until/).fill('21:00')
  await form.getByRole('button', { name: 'Add hours' }).click()
  for (const day of ['Sat', 'Sun']) await form.getByRole('button', { name: day, exact: true }).last().click()
  await form.getByLabel('From').last().fill('21:00')
  await form
    .getByLabel(/^Until/)
    .last()
    .fill('20:30')
  await expect(form.getByText('together they hold all week')).toBeVisible()
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()
})

test('an override does not end in the past', async ({ page }) => {
  await openConsole(page, stack, '/overrides')
  await page.getByRole('button', { name: 'Start an override' }).first().click()
  const form = page.getByRole('dialog', { name: 'Start an override' })
  await form.getByLabel('For whom').selectOption('Group Kids')
  await form.getByRole('button', { name: 'Until', exact: true }).click()
  await form.getByLabel('Until', { exact: true }).last().fill('2020-01-01T12:00')
  await expect(form.getByRole('alert')).toContainText('is in the past')
  await expect(form.getByRole('button', { name: 'Start', exact: true })).toBeDisabled()
  await form
    .getByLabel('Until', { exact: true })
    .last()
    .fill(`${new Date().getFullYear() + 1}-01-01T12:00`)
  await expect(form.getByText('Ends by itself on 1 Jan, 12:00.')).toBeVisible()
  await expect(form.getByRole('button', { name: 'Start', exact: true })).toBeEnabled()
})
