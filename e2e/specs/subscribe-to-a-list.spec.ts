import { expect, type Locator, type Page, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { ListServer } from '../fixtures/list-server.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
let source: ListServer
test.beforeAll(async () => {
  stack = await Stack.start()
  source = await ListServer.start()
})
test.afterAll(async () => {
  await source.stop()
  await stack.stop()
})

const hosts = (...names: string[]) => names.map((name) => `0.0.0.0 ${name}`).join('\r\n')
const drawer = (page: Page, name: string) => page.getByRole('dialog', { name })
/** The count in a list's drawer. */
const entries = (list: Locator) => list.locator('dt:text-is("Entries") + dd')
const openAdd = async (page: Page) => {
  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = drawer(page, 'Add a list')
  await form.getByRole('button', { name: 'By URL' }).click()
  return form
}

test('a list by URL is fetched, counted and in effect; a failing fetch keeps its last good version', async ({
  page,
}) => {
  source.content = hosts('one.example.org', 'two.example.org')
  const form = await openAdd(page)
  await form.getByLabel('Name', { exact: true }).fill('Loopback hosts')
  await form.getByLabel('URL').fill(source.url)

  await form.getByRole('switch', { name: 'May lie on a private address' }).check()
  await form.getByRole('button', { name: 'Add list' }).click()
  const list = drawer(page, 'Loopback hosts')
  await expect(list.getByText('In effect', { exact: true })).toBeVisible()
  await expect(entries(list)).toHaveText('2')
  await expect.poll(async () => (await dig(stack.dnsPort, 'one.example.org')).answers).toEqual(['0.0.0.0'])
  expect((await dig(stack.dnsPort, 'three.example.org')).answers).toEqual([addressOf('three.example.org')])

  await test.step('changed content', async () => {
    source.content = hosts('one.example.org', 'three.example.org', 'four.example.org')
    await list.getByRole('button', { name: 'Fetch now' }).click()
    await expect(message(page, 'Loopback hosts: 2 added, 1 removed')).toBeVisible()
    await expect(entries(list)).toHaveText('3')
    expect((await dig(stack.dnsPort, 'three.example.org')).answers).toEqual(['0.0.0.0'])
    expect((await dig(stack.dnsPort, 'two.example.org')).answers).toEqual([addressOf('two.example.org')])
  })

  await test.step('a server that fails', async () => {
    source.content = 503
    await list.getByRole('button', { name: 'Fetch now' }).click()
    await expect(list.getByText('Update failed')).toBeVisible()
    await expect(list.getByText(/503/)).toBeVisible()
    expect((await dig(stack.dnsPort, 'three.example.org')).answers).toEqual(['0.0.0.0'])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('listitem').filter({ hasText: 'Loopback hosts' })).toContainText('503')
  })
})

test('a list may not reach into the own network unless that is switched on', async ({ page }) => {
  source.content = hosts('private.example.org')
  const form = await openAdd(page)
  await form.getByLabel('Name', { exact: true }).fill('Reaches inside')
  await form.getByLabel('URL').fill(source.url)
  await form.getByRole('button', { name: 'Add list' }).click()
  await expect(drawer(page, 'Reaches inside').getByText('Update failed')).toBeVisible()
  await expect(drawer(page, 'Reaches inside').getByText(/private/)).toBeVisible()
  expect((await dig(stack.dnsPort, 'private.example.org')).answers).toEqual([addressOf('private.example.org')])
})

test('a pasted list acts, tells its bad lines, and goes when it is deleted', async ({ page }) => {
  const form = await openAdd(page)
  await form.getByRole('button', { name: 'Paste' }).click()
  await form.getByLabel('Name', { exact: true }).fill('Pasted')
  await form.getByLabel('Lines').fill('||pasted.example.net^\n! a comment\nno name at all !!\n')
  await form.getByRole('button', { name: 'Add list' }).click()
  const list = drawer(page, 'Pasted')
  await expect(list.getByText('1 line not understood')).toBeVisible()
  await expect.poll(async () => (await dig(stack.dnsPort, 'www.pasted.example.net')).answers).toEqual(['0.0.0.0'])

  await list.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the list' }).click()
  await expect(message(page, 'Pasted deleted')).toBeVisible()
  await expect(list).toBeHidden()
  expect((await dig(stack.dnsPort, 'pasted.example.net')).answers).toEqual([addressOf('pasted.example.net')])
})

test('an uploaded file becomes a list', async ({ page }) => {
  const form = await openAdd(page)
  await form.getByRole('button', { name: 'Upload a file' }).click()
  await form.getByLabel('Name', { exact: true }).fill('Uploaded')
  const choosing = page.waitForEvent('filechooser')
  await form.getByRole('button', { name: 'Choose a file' }).click()
  await (await choosing).setFiles({
    name: 'names.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('uploaded.example.net\n'),
  })
  await form.getByRole('button', { name: 'Add list' }).click()
  await expect(drawer(page, 'Uploaded').getByText('In effect', { exact: true })).toBeVisible()
  await expect.poll(async () => (await dig(stack.dnsPort, 'uploaded.example.net')).answers).toEqual(['0.0.0.0'])
})
