import { expect, type Page, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { ListServer } from '../fixtures/list-server.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
let before: ListServer
let after: ListServer
test.beforeAll(async () => {
  stack = await Stack.start()
  before = await ListServer.start()
  after = await ListServer.start()
})
test.afterAll(async () => {
  await before.stop()
  await after.stop()
  await stack.stop()
})

const answers = async (name: string) => (await dig(stack.dnsPort, name)).answers
const drawer = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })

test('a list that has moved is given its new address, and the way back is one press', async ({ page }) => {
  before.content = 'old.example.net\n'
  after.content = 'new.example.net\n'
  const list = { name: 'Moved', kind: 'block', url: before.url, allowPrivateAddresses: true }
  const { id } = await stack.api<{ id: number }>('POST', '/lists', list)
  await stack.api('POST', `/lists/${id}/refresh`)
  await openConsole(page, stack, `/lists?open=${id}`)
  const open = drawer(page, 'Moved')
  await open.getByRole('button', { name: 'Settings' }).click()
  await open.getByLabel('URL').fill('ftp://lists.example.org/')
  await open.getByRole('button', { name: 'Save the URL' }).click()
  await expect(open.getByLabel('URL')).toHaveAccessibleDescription(/Invalid URL/)
  await open.getByLabel('URL').fill(after.url)
  await open.getByRole('button', { name: 'Save the URL' }).click()
  await expect(message(page, 'Moved saved')).toBeVisible()
  await expect.poll(() => answers('new.example.net')).toEqual(['0.0.0.0'])
  await expect.poll(() => answers('old.example.net')).toEqual([addressOf('old.example.net')])

  await test.step('its former version is taken, and put back', async () => {
    await open.getByRole('button', { name: 'Versions' }).click()
    await open.getByRole('button', { name: 'Use this one' }).click()
    await expect.poll(() => answers('old.example.net')).toEqual(['0.0.0.0'])
    await undo(page)
    await expect.poll(() => answers('new.example.net')).toEqual(['0.0.0.0'])
    await expect.poll(() => answers('old.example.net')).toEqual([addressOf('old.example.net')])
  })
})

test('a file that is refused leaves no list behind, so that the next one can have its name', async ({ page }) => {
  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = drawer(page, 'Add a list')
  await form.getByRole('button', { name: 'Upload a file' }).click()
  await form.getByLabel('Name', { exact: true }).fill('From a file')
  const send = async (text: string) => {
    const choosing = page.waitForEvent('filechooser')
    await form.getByRole('button', { name: 'Choose a file' }).click()
    await (await choosing).setFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from(text) })
    await form.getByRole('button', { name: 'Add list' }).click()
  }
  await send('<!doctype html><html><body>Sign in</body></html>\n')
  await expect(form.getByText('The list was not added')).toBeVisible()
  await expect(form.getByText('is not a list: it is an HTML or XML page')).toBeVisible()
  expect((await stack.api<{ items: { name: string }[] }>('GET', '/lists')).items.map(({ name }) => name)).toEqual([
    'Moved',
  ])
  await send('file.example.net\n')
  await expect(drawer(page, 'From a file').getByText('In effect', { exact: true })).toBeVisible()
  await expect.poll(() => answers('file.example.net')).toEqual(['0.0.0.0'])
})
