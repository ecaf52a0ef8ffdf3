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

/** Makers of lists are not asked by tests: one entry points to loopback, and may. */
async function pointToLoopback(page: Page): Promise<void> {
  await page.route('**/api/v1/lists/catalogue', async (route) => {
    const { items } = await (await route.fetch()).json()
    const lists = await (await page.request.get(`${stack.url}/api/v1/lists`)).json()
    const listId = lists.items.find(({ url }: { url: string }) => url === source.url)?.id ?? null
    const moved = items.map((item: { id: string }) =>
      item.id === 'oisd-small' ? { ...item, url: source.url, listId } : item,
    )
    await route.fulfill({ json: { items: moved } })
  })
  await page.route('**/api/v1/lists', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.continue({ postData: { ...route.request().postDataJSON(), allowPrivateAddresses: true } })
  })
}

test('a list of the catalogue is found, subscribed to in one press, marked, and given up again', async ({ page }) => {
  source.content = '||ads.example.org^\n'
  await pointToLoopback(page)
  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = page.getByRole('dialog', { name: 'Add a list' })
  const items = form.getByRole('list', { name: 'Lists to subscribe to' }).getByRole('listitem')
  await expect(items.filter({ hasText: 'StevenBlack Unified' }).first()).toBeVisible()

  await form.getByLabel('Against').selectOption('Gambling')
  await expect(items.filter({ hasText: 'OISD Small' })).toHaveCount(0)
  await form.getByLabel('Against').selectOption('Anything')
  await form.getByLabel('Search the catalogue').fill('oisd small')
  await expect(items).toHaveCount(1)
  await expect(items).toContainText('GPL-3.0-only')

  await form.getByRole('button', { name: 'Subscribe to OISD Small' }).click()
  await expect(message(page, 'OISD Small is being fetched')).toBeVisible()
  await expect(items.getByRole('link', { name: 'Subscribed' })).toBeVisible()
  await expect.poll(async () => (await dig(stack.dnsPort, 'ads.example.org')).answers).toEqual(['0.0.0.0'])

  await undo(page)
  await expect(form.getByRole('button', { name: 'Subscribe to OISD Small' })).toBeVisible()
  const answers = async () => (await dig(stack.dnsPort, 'ads.example.org')).answers
  await expect.poll(answers).toEqual([addressOf('ads.example.org')])
})
