import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { ListServer } from '../fixtures/list-server.ts'
import { ADMIN_TOKEN, Stack } from '../fixtures/stack.ts'

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

const names = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `n${from + i}.example.org\n`).join('')

test('a held version shows what it would change, and any two versions can be compared', async ({ page, request }) => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  source.content = names(0, 3000)
  const url = `${stack.url}/api/v1/lists`
  const data = { name: 'Shrinking', kind: 'block', url: source.url, allowPrivateAddresses: true }
  const { id } = await (await request.post(url, { headers, data })).json()
  await request.post(`${url}/${id}/refresh`, { headers })
  source.content = `${names(0, 1000)}fresh.example.net\n`
  await request.post(`${url}/${id}/refresh`, { headers })

  await openConsole(page, stack, `/lists?open=${id}`)
  const drawer = page.getByRole('dialog', { name: 'Shrinking', exact: true })
  await drawer.getByRole('button', { name: 'What would change' }).click()
  const diff = page.getByRole('dialog', { name: 'What the new version of Shrinking would change' })
  await expect(diff.getByText('1 added, 2,000 removed, 1,000 the same')).toBeVisible()
  await expect(diff.getByRole('region', { name: 'Added' })).toContainText('fresh.example.net')
  const removed = diff.getByRole('region', { name: 'Removed' })
  await expect(removed.getByRole('listitem')).toHaveCount(1000)

  await diff.getByLabel('Search in the changes').fill('n2999')
  await expect(removed.getByRole('listitem')).toHaveText(['−n2999.example.org'])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    removed.getByRole('link', { name: 'Download' }).click(),
  ])
  expect((await readFile(await download.path(), 'utf8')).split('\n').length).toBe(2001)

  await page.reload()
  await expect(diff.getByText('1 added, 2,000 removed, 1,000 the same')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(diff).toBeHidden()
  await drawer.getByRole('button', { name: 'Versions' }).click()
  await drawer
    .getByRole('button', { name: /^Compare the version/ })
    .last()
    .click()
  await expect(page.getByRole('dialog', { name: 'What the new version of Shrinking would change' })).toBeVisible()
  await page.getByLabel('From', { exact: true }).selectOption({ index: 0 })
  await page.getByLabel('To', { exact: true }).selectOption({ index: 1 })
  await expect(page.getByText('2,000 added, 1 removed, 1,000 the same')).toBeVisible()
})

test('a comparison that takes a while says how far it is, and whether another one is before it', async ({
  page,
  request,
}) => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const url = `${stack.url}/api/v1/lists`
  const data = { name: 'Slow', kind: 'block', text: names(0, 50) }
  const { id } = await (await request.post(url, { headers, data })).json()
  await request.put(`${url}/${id}/content`, {
    headers: { ...headers, 'content-type': 'text/plain' },
    data: names(0, 60),
  })
  // As with ten million names: the answer comes when the bar has been seen.
  const isSeen = Promise.withResolvers<void>()
  let progress: object = { state: 'waiting', share: null }
  await page.route(`**/lists/${id}/versions/*/diff/progress*`, (route) => route.fulfill({ json: progress }))
  await page.route(/\/diff(?:\?.*)?$/, async (route) => {
    await isSeen.promise
    await route.continue()
  })

  await openConsole(page, stack, `/lists?open=${id}`)
  const drawer = page.getByRole('dialog', { name: 'Slow', exact: true })
  await drawer.getByRole('button', { name: 'Versions' }).click()
  await drawer
    .getByRole('button', { name: /^Compare the version/ })
    .last()
    .click()
  const bar = page.getByRole('progressbar', { name: 'Progress of the comparison' })
  await expect(page.getByText('Waits for another comparison to end')).toBeVisible()
  expect(await bar.getAttribute('value')).toBeNull()
  progress = { state: 'running', share: 0.42 }
  await expect(page.getByText('Comparing all names, 42.0 % done')).toBeVisible()
  await expect(bar).toHaveAttribute('value', '0.42')
  isSeen.resolve()
  await expect(page.getByText(/\d+ added, \d+ removed, \d+ the same/)).toBeVisible()
  await expect(bar).toBeHidden()
})
