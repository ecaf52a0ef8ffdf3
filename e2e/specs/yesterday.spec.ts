import { expect, type Page, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const TABLET = '127.0.0.7'
const DESK = '127.0.0.8'
const YESTERDAY = /\d{1,2} \w{3,4}, \d\d:\d\d/

let stack: Stack
const answersTo = async (name: string, from: string) => (await dig(stack.dnsPort, name, 'A', '-b', from)).answers
const logged = (name: string, queries: number) =>
  expect
    .poll(async () => (await stack.api<{ items: unknown[] }>('GET', `/queries?name=%3D${name}`)).items.length)
    .toBe(queries)

/** Yesterday: Kids had a list, which blocked the tablet and nobody else. Today the group and the list are gone. */
test.beforeAll(async () => {
  stack = await Stack.start()
  const kids = await stack.api<{ id: number }>('POST', '/groups', { name: 'Kids', clients: [TABLET] })
  const list = { name: 'Old trackers', kind: 'block', text: 'pixel.example.org\n' }
  const { id } = await stack.api<{ id: number }>('POST', '/lists', { ...list, groups: [kids.id] })
  await expect.poll(() => answersTo('pixel.example.org', TABLET)).toEqual(['0.0.0.0'])
  await answersTo('pixel.example.org', DESK)
  for (const from of [TABLET, TABLET, DESK]) await answersTo('metrics.example.org', from)
  await logged('metrics.example.org', 3)
  await stack.passDays(1)
  await stack.api('DELETE', `/lists/${id}`)
  await stack.api('DELETE', `/groups/${kids.id}`)
})
test.afterAll(() => stack.stop())

const row = (page: Page, client: string) =>
  page.getByRole('row', { name: 'pixel.example.org' }).filter({ hasText: client })

test('why a name was blocked yesterday is told by the policy of yesterday', async ({ page }) => {
  expect(await answersTo('pixel.example.org', TABLET)).toEqual([addressOf('pixel.example.org')])
  await logged('pixel.example.org', 3)
  await openConsole(page, stack, '/queries?name=pixel.example.org&outcome=blocked')
  await expect(row(page, TABLET)).toHaveCount(1)
  await expect(row(page, TABLET)).toContainText(YESTERDAY)
  await row(page, TABLET).click()
  await page.getByRole('link', { name: 'Why? By the policy of that moment' }).click()
  const decision = page.getByRole('region', { name: 'Decision' })
  // By the policy of then, in a thread of its own.
  await expect(decision).toContainText('Blocked by list Old trackers', { timeout: 60_000 })
  await expect(page.getByRole('region', { name: 'The way to it' })).toContainText('Kids')
  // By the policy of today, nothing does.
  await openConsole(page, stack, `/why?name=pixel.example.org&client=${TABLET}`)
  await expect(decision).toContainText('Not touched by any rule')
  // What was asked today has no date.
  await openConsole(page, stack, '/queries?name=pixel.example.org&outcome=forwarded')
  await expect(row(page, TABLET)).toBeVisible()
  await expect(row(page, TABLET)).not.toContainText(YESTERDAY)
})

test('which names and clients a new list would have hit is shown before it is added, and it only records', async ({
  page,
}) => {
  await openConsole(page, stack, '/lists?add=true')
  const form = page.getByRole('dialog', { name: 'Add a list', exact: true })
  await form.getByRole('button', { name: 'Paste' }).click()
  await form.getByLabel('Name').fill('New trackers')
  await form.getByLabel('Lines').fill('metrics.example.org\nunheard.example.org\n')
  await form.getByRole('button', { name: 'Try it on the last week' }).click()
  await expect(
    form.getByText('Would have blocked 3 queries of 1 name from 2 clients in the last 7 days.'),
  ).toBeVisible()
  await expect(form.getByRole('list', { name: 'Names it would have met' })).toContainText('metrics.example.org')
  await expect(form.getByRole('list', { name: 'Clients that asked' })).toContainText(TABLET)
  await expect(form.getByRole('list', { name: 'Clients that asked' })).toContainText(DESK)
  await form.getByRole('switch', { name: 'Only record what it would do' }).click()
  await form.getByRole('button', { name: 'Add list' }).click()
  await expect(message(page, 'New trackers only records')).toBeVisible()
  expect(await answersTo('metrics.example.org', TABLET)).toEqual([addressOf('metrics.example.org')])
})
