import { expect, type Page, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'ads.example.org'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const editor = (page: Page) => page.getByRole('dialog')
const openRule = async (page: Page) => {
  await page.getByRole('row', { name: NAME }).click()
  await expect(editor(page).getByLabel('Name', { exact: true })).toHaveValue(NAME)
}
const save = async (page: Page) => {
  await editor(page).getByRole('button', { name: 'Save' }).click()
  await expect(page).not.toHaveURL(/edit=/)
  await expect(editor(page)).toBeHidden()
}

test('a rule made in the page acts on the very next query, and so does each change of it', async ({ page }) => {
  expect((await dig(stack.dnsPort, NAME)).answers).toEqual([addressOf(NAME)])
  await openConsole(page, stack, '/rules')

  await test.step('added', async () => {
    await page.getByRole('button', { name: 'Add rule' }).click()
    await editor(page).getByLabel('Name', { exact: true }).fill(NAME)
    await save(page)
    await expect(message(page, `Saved and in effect: ${NAME}`)).toBeVisible()
    expect((await dig(stack.dnsPort, NAME)).answers).toEqual(['0.0.0.0'])
    expect((await dig(stack.dnsPort, `deep.below.${NAME}`, 'AAAA')).answers).toEqual(['::'])
    expect((await dig(stack.dnsPort, 'www.example.org')).answers).toEqual([addressOf('www.example.org')])
  })

  await test.step('switched off', async () => {
    await openRule(page)
    await editor(page).getByText('For whom, how long, notes').click()
    await editor(page).getByRole('switch', { name: 'On', exact: true }).uncheck()
    await save(page)
    expect((await dig(stack.dnsPort, NAME)).answers).toEqual([addressOf(NAME)])
  })

  await test.step('switched on again, with another answer', async () => {
    await openRule(page)
    await editor(page).getByRole('switch', { name: 'On', exact: true }).check()
    await editor(page)
      .getByLabel('Answer', { exact: true })
      .selectOption({ label: 'NXDOMAIN: the name does not exist' })
    await save(page)
    expect((await dig(stack.dnsPort, NAME)).status).toBe('NXDOMAIN')
  })

  await test.step('deleted, and the deletion taken back', async () => {
    await openRule(page)
    await editor(page).getByRole('button', { name: 'Delete' }).click()
    await expect(message(page, `Deleted: ${NAME}`)).toBeVisible()
    await expect(page.getByRole('row', { name: NAME })).toBeHidden()
    expect((await dig(stack.dnsPort, NAME)).answers).toEqual([addressOf(NAME)])

    await undo(page)
    await expect(page.getByRole('row', { name: NAME })).toBeVisible()
    await expect.poll(async () => (await dig(stack.dnsPort, NAME)).status).toBe('NXDOMAIN')
  })
})

test('a pattern that is no name is refused while it is typed', async ({ page }) => {
  await openConsole(page, stack, '/rules')
  await page.getByRole('button', { name: 'Add rule' }).click()
  await editor(page).getByLabel('Name', { exact: true }).fill('no name at all')
  await expect(editor(page).getByRole('alert')).toBeVisible()
  await expect(editor(page).getByRole('button', { name: 'Save' })).toBeDisabled()
})

test('several rules are switched off at once', async ({ page }) => {
  const names = ['one.example.net', 'two.example.net', 'three.example.net']
  await stack.api('POST', '/rules/import', { text: names.join('\n') })
  await openConsole(page, stack, '/rules?search=example.net')
  await expect(page.getByRole('row', { name: /example\.net/ })).toHaveCount(3)
  await page.getByRole('button', { name: 'Select all loaded rows' }).click()
  await page.getByRole('toolbar', { name: 'Selected rules' }).getByRole('button', { name: 'Switch off' }).click()
  await expect(message(page, '3 rules switched off')).toBeVisible()
  for (const name of names) expect((await dig(stack.dnsPort, name)).answers).toEqual([addressOf(name)])
})
