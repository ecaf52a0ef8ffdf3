import { expect, type Page, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { conflict, secondAdmin } from '../fixtures/second-admin.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())
const anna = secondAdmin(() => stack)

const rule = (pattern: string) =>
  stack.api<{ id: number }>('POST', '/rules', { action: 'block', match: 'exact', pattern, comment: 'first' })
const stored = (id: number) =>
  stack.api<{ comment: string; enabled: boolean; ttlSeconds: number | null }>('GET', `/rules/${id}`)
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()

/** Both open the same rule; Anna is faster. */
async function bothEdit(page: Page, id: number): Promise<void> {
  await openConsole(page, stack, `/rules?edit=${id}`)
  await anna.open(`/rules?edit=${id}`)
  await page.getByRole('textbox', { name: 'Comment' }).fill('mine')
  await anna.page.getByRole('textbox', { name: 'Comment' }).fill('of Anna')
  await save(anna.page)
  await expect(message(anna.page, /^Saved/)).toBeVisible()
  await save(page)
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /comment/ })).toContainText('of Anna')
  await expect(conflict(page).getByRole('row', { name: /comment/ })).toContainText('mine')
}

test('the second of two is told who was faster, and finds the form as it was', async ({ page }) => {
  const { id } = await rule('both.example.org')
  await bothEdit(page, id)
  await page.getByRole('button', { name: 'Back to the form' }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveValue('mine')
  expect(await stored(id)).toMatchObject({ comment: 'of Anna' })
  await save(page)
  await page.getByRole('button', { name: 'Overwrite with yours' }).click()
  await expect(message(page, /^Saved/)).toBeVisible()
  expect(await stored(id)).toMatchObject({ comment: 'mine' })
})

test('theirs can be taken, and the form closes', async ({ page }) => {
  const { id } = await rule('theirs.example.org')
  await bothEdit(page, id)
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeHidden()
  expect(await stored(id)).toMatchObject({ comment: 'of Anna' })
})

test('both can be merged, field by field', async ({ page }) => {
  const { id } = await rule('merge.example.org')
  await openConsole(page, stack, `/rules?edit=${id}`)
  await anna.open(`/rules?edit=${id}`)
  await page.getByRole('textbox', { name: 'Comment' }).fill('mine')
  await anna.page.getByRole('textbox', { name: 'Comment' }).fill('of Anna')
  await anna.page.getByRole('switch', { name: 'On', exact: true }).click()
  await save(anna.page)
  await expect(message(anna.page, /^Saved/)).toBeVisible()
  await save(page)
  // What this form did not touch is Anna's, unless one says otherwise.
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Saved/)).toBeVisible()
  expect(await stored(id)).toMatchObject({ comment: 'mine', enabled: false })
})

test('a list whose comment changed meanwhile is switched off without a conflict', async ({ page }) => {
  const list = await stack.api<{ id: number }>('POST', '/lists', { name: 'Mine', kind: 'block', text: 'a.example' })
  await openConsole(page, stack, `/lists?open=${list.id}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('switch', { name: 'On', exact: true })).toBeVisible()
  await stack.api('PATCH', `/lists/${list.id}`, { comment: 'from elsewhere' })
  await page.getByRole('switch', { name: 'On', exact: true }).click()
  await expect(message(page, 'Mine saved')).toBeVisible()
})

test('settings of different sections do not get in each other’s way', async ({ page }) => {
  await openConsole(page, stack, '/settings?section=cache')
  const field = page.getByLabel(/Longest TTL/i).first()
  await field.fill('5000')
  await stack.api('PATCH', '/settings', { blocking: { ttlSeconds: 11 } })
  await save(page)
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
})
