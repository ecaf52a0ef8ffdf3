import { expect, type Page, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
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

const answers = async (name: string) => (await dig(stack.dnsPort, name)).answers
const drawer = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })
const openAdd = async (page: Page, name: string) => {
  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = drawer(page, 'Add a list')
  await form.getByRole('button', { name: 'By URL' }).click()
  await form.getByLabel('Name', { exact: true }).fill(name)
  return form
}

test('a version that covers what it should not waits, tells why, and is discarded or put into effect', async ({
  page,
}) => {
  source.content = '||ads.example.net^\n'
  const form = await openAdd(page, 'Turning')
  await form.getByLabel('URL').fill(source.url)
  await form.getByRole('switch', { name: 'May lie on a private address' }).check()
  await form.getByRole('button', { name: 'Add list' }).click()
  const list = drawer(page, 'Turning')
  await expect(list.getByText('In effect', { exact: true })).toBeVisible()

  source.content = '||ads.example.net^\n||org^\n'
  await list.getByRole('button', { name: 'Fetch now' }).click()
  await expect(message(page, 'Turning: what came waits for your word')).toBeVisible()
  const held = list.getByRole('region', { name: 'Held for review' })
  await expect(held).toContainText('org, under which others have their names, by ||org^')
  expect(await answers('www.example.org')).toEqual([addressOf('www.example.org')])
  expect(await answers('ads.example.net')).toEqual(['0.0.0.0'])

  await page.goto(stack.url)
  await page.getByRole('link', { name: 'A version of list Turning waits for a review' }).click()
  await held.getByRole('button', { name: 'Discard' }).click()
  await expect(held).toBeHidden()
  await expect(list.getByText('In effect', { exact: true })).toBeVisible()

  source.content = '||ads.example.net^\n||net^\n'
  await list.getByRole('button', { name: 'Fetch now' }).click()
  await expect(held).toContainText('||net^')
  await held.getByRole('button', { name: 'Put into effect' }).click()
  await expect(message(page, 'Turning: the new version is in effect')).toBeVisible()
  await expect(held).toBeHidden()
  expect(await answers('www.example.net')).toEqual(['0.0.0.0'])

  await list.getByRole('button', { name: 'Settings' }).click()
  await list.getByRole('switch', { name: 'Pinned to its version' }).click()
  await expect(list.getByText('No updates, until this is off again.')).toBeVisible()
  await list.getByRole('button', { name: 'State', exact: true }).click()
  await expect(list.getByText('none, while it is pinned')).toBeVisible()
})

test('what is pasted against the guard is refused with the reason, and taken when that is meant', async ({ page }) => {
  const form = await openAdd(page, 'All of info')
  await form.getByRole('button', { name: 'Paste' }).click()
  await form.getByLabel('Lines').fill('||info^\n')
  await form.getByRole('button', { name: 'Add list' }).click()
  await expect(form.getByText(/\|\|info\^ \(info\)/)).toBeVisible()
  await form.getByRole('button', { name: 'Add it all the same' }).click()
  const list = drawer(page, 'All of info')
  await expect(list.getByText('In effect', { exact: true })).toBeVisible()
  await expect.poll(() => answers('www.example.info')).toEqual(['0.0.0.0'])

  await test.step('deleted, and brought back', async () => {
    await list.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete the list' }).click()
    await expect(list).toBeHidden()
    await expect.poll(() => answers('www.example.info')).toEqual([addressOf('www.example.info')])
    await undo(page)
    await expect.poll(() => answers('www.example.info')).toEqual(['0.0.0.0'])
  })
})

test('an uploaded file that is held shows its reasons on its list', async ({ page }) => {
  const form = await openAdd(page, 'All of biz')
  await form.getByRole('button', { name: 'Upload a file' }).click()
  const choosing = page.waitForEvent('filechooser')
  await form.getByRole('button', { name: 'Choose a file' }).click()
  await (await choosing).setFiles({ name: 'biz.txt', mimeType: 'text/plain', buffer: Buffer.from('||biz^\n') })
  await form.getByRole('button', { name: 'Add list' }).click()
  const held = drawer(page, 'All of biz').getByRole('region', { name: 'Held for review' })
  await expect(held).toContainText('the list does nothing')
  expect(await answers('www.example.biz')).toEqual([addressOf('www.example.biz')])
})
