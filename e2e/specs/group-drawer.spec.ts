import { expect, test } from '@playwright/test'
import { violations } from '../fixtures/axe.ts'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const [TABLET, LISTED, VIDEO] = ['127.0.0.7', 'track.example.org', 'www.netflix.com']
const BLOCKED = ['0.0.0.0']

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/groups', { name: 'Kids', clients: [TABLET] })
  await stack.api('POST', '/lists', { name: 'Trackers', kind: 'block', text: `${LISTED}\n` })
})
test.afterAll(() => stack.stop())

const answersTo = async (name: string, from: string) => (await dig(stack.dnsPort, name, 'A', '-b', from)).answers

test('lists, services and safe search are set in the drawer of a group, for it alone, and taken back', async ({
  page,
}) => {
  await openConsole(page, stack, '/groups?open=2')
  const drawer = page.getByRole('dialog', { name: 'Group Kids' })
  await expect.poll(() => answersTo(LISTED, TABLET)).toEqual(BLOCKED)

  await drawer.getByLabel('List Trackers for Kids').selectOption('Never')
  await expect(message(page, /Trackers/)).toBeVisible()
  expect(await answersTo(LISTED, TABLET)).toEqual([addressOf(LISTED)])
  expect(await answersTo(LISTED, '127.0.0.1')).toEqual(BLOCKED)
  await undo(page)
  await expect(drawer.getByLabel('List Trackers for Kids')).toHaveValue('inherit')
  await expect.poll(() => answersTo(LISTED, TABLET)).toEqual(BLOCKED)

  await drawer.getByLabel('Block one more service for Kids').selectOption('Netflix')
  await expect(drawer.getByRole('row', { name: /Netflix/ })).toContainText('its own')
  await expect.poll(() => answersTo(VIDEO, TABLET)).toEqual(BLOCKED)
  expect(await answersTo(VIDEO, '127.0.0.1')).toEqual([addressOf(VIDEO)])

  await stack.api('PATCH', '/safe-search/bing', { enabled: true })
  await page.reload()
  await drawer.getByLabel('Safe search: Bing for Kids').selectOption('Never')
  await expect(message(page, /Bing/)).toBeVisible()
  expect(await answersTo('www.bing.com', TABLET)).toEqual([addressOf('www.bing.com')])
  expect(await answersTo('www.bing.com', '127.0.0.1')).toContain('strict.bing.com.')

  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    expect(await violations(page), `${colorScheme}, ${width}`).toEqual([])
  }
})

test('the drawer says what a change of clients would have done, before it is saved', async ({ page }) => {
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'game.example.org', groups: [2] })
  expect(await answersTo('game.example.org', '127.0.0.9')).toEqual([addressOf('game.example.org')])
  const logged = () => stack.api<{ items: unknown[] }>('GET', '/queries?name=game.example.org')
  await expect.poll(async () => (await logged()).items.length).toBe(1)
  await openConsole(page, stack, '/groups?open=2')
  const drawer = page.getByRole('dialog', { name: 'Group Kids' })
  await drawer.getByLabel(/^Clients, one a line/).fill(`${TABLET}\n127.0.0.9`)
  await expect(
    drawer.getByText('Would have blocked 1 query of 1 name from 1 client in the last 24 hours.'),
  ).toBeVisible()
  expect(await answersTo('game.example.org', '127.0.0.9')).toEqual([addressOf('game.example.org')])
  const [door] = [drawer.getByRole('link', { name: 'Which names and clients' })]
  const [details] = await Promise.all([page.waitForEvent('popup'), door.click()])
  await expect(details.getByRole('row', { name: /game\.example\.org/ })).toBeVisible()
})
