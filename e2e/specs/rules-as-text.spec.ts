import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

test('a line of the rule language in the field of the name fills the form, and is saved by Enter', async ({ page }) => {
  await openConsole(page, stack, '/rules?edit=0')
  const form = page.getByRole('dialog')
  const name = form.getByLabel('Name', { exact: true })

  await name.fill('||ads.example^$respgeo=xx')
  await expect(form.getByRole('alert')).toHaveText("modifier 'respgeo' is not supported")
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()

  await name.fill('@@||good.example^$important,dnstype=AAAA')
  await expect(form.getByText(/^Allows good\.example and everything below it/)).toBeVisible()
  await name.press('Tab')
  await expect(name).toHaveValue('good.example')
  await expect(form.getByRole('button', { name: 'Allow' })).toHaveAttribute('aria-pressed', 'true')
  await expect(form.getByLabel('Query types')).toHaveValue('AAAA')

  await form.getByRole('button', { name: 'Block' }).click()
  await name.fill('192.0.2.9 nas.example')
  await name.press('Enter')
  await expect(message(page, 'Saved and in effect: nas.example')).toBeVisible()
  expect((await dig(stack.dnsPort, 'nas.example')).answers).toEqual(['192.0.2.9'])
})

test('what is exported is all there when it is imported again', async ({ page }) => {
  await stack.api('POST', '/rules', { action: 'block', match: 'regex', pattern: '^ad[0-9]+\\.', comment: 'banners' })
  await stack.api('POST', '/rules', { action: 'forward', match: 'suffix', pattern: 'corp.example', servers: ['#'] })
  await openConsole(page, stack, '/rules')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export' }).click()
  const file = await (await download).path()
  expect(readFileSync(file, 'utf8')).toContain('/^ad[0-9]+\\./')
  await page.getByRole('button', { name: 'Import' }).click()
  await page.getByRole('dialog').getByLabel('Lines').fill(readFileSync(file, 'utf8'))
  await page.getByRole('dialog').getByRole('button', { name: 'Check' }).click()
  await expect(page.getByRole('region', { name: 'Result of the check' })).toContainText('Rules to add0')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Import 0 rules' })).toBeDisabled()
})
