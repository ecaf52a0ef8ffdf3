import { expect, type Page, test } from '@playwright/test'
import { violations } from '../fixtures/axe.ts'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

const LOOKS = [
  ['light', 1440],
  ['dark', 390],
] as const
const BLOCKED = ['0.0.0.0']

let stack: Stack
const answers = async (name: string) => (await dig(stack.dnsPort, name)).answers
/** The log is written a quarter of a second behind. */
const logged = async (query: string, queries: number) =>
  expect
    .poll(async () => (await stack.api<{ items: unknown[] }>('GET', `/queries?${query}`)).items.length)
    .toBe(queries)

/** The accessibility rules, and no scrolling sideways. */
async function isAccessible(page: Page, where: string): Promise<void> {
  for (const [colorScheme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    expect(await violations(page), `${where}, ${colorScheme}, ${width}`).toEqual([])
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect(isWider, `${where} scrolls sideways at ${width}`).toBe(false)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

test.describe.configure({ timeout: 180_000 })

test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

test('a list is tried on the past, then on trial, and acts when it has proved itself', async ({ page }) => {
  const before = await answers('track.example.org')
  expect(before).not.toEqual(BLOCKED)
  await logged('name=%3Dtrack.example.org', 1)

  await openConsole(page, stack, '/lists')
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = page.getByRole('dialog', { name: 'Add a list', exact: true })
  await form.getByRole('button', { name: 'Paste' }).click()
  await form.getByLabel('Name').fill('Trackers')
  await form.getByLabel('Lines').fill('track.example.org\nother.example.org\n')
  await form.getByRole('button', { name: 'Try it on the last week' }).click()
  await expect(form.getByText('Would have blocked 1 query of 1 name from 1 client in the last 7 days.')).toBeVisible()
  await form.getByRole('switch', { name: 'Only record what it would do' }).focus()
  await page.keyboard.press('Space')
  await form.getByRole('button', { name: 'Add list' }).click()
  await expect(message(page, 'Trackers only records')).toBeVisible()

  expect(await answers('track.example.org')).toEqual(before)
  expect(await answers('track.example.org')).toEqual(before)
  await answers('www.example.org')
  await logged('shadow=blocked', 2)
  const { items } = await stack.api<{ items: { outcome: string; shadow: object }[] }>('GET', '/queries?shadowList=1')
  for (const { outcome, shadow } of items) {
    expect(outcome).not.toBe('blocked')
    expect(shadow).toEqual({ effect: 'blocked', ruleId: null, listId: 1, listName: 'Trackers', ruleSet: null })
  }

  await openConsole(page, stack, '/lists')
  await expect(page.getByRole('link', { name: /Trackers/ }).getByText('only records', { exact: true })).toBeVisible()
  await openConsole(page, stack, '/lists?open=1')
  const drawer = page.getByRole('dialog', { name: 'Trackers' })
  const trial = drawer.getByRole('region', { name: 'Only records' })
  await expect(trial.getByText(/^Would have blocked 2 queries of 1 client since /)).toBeVisible()
  await expect(trial.getByRole('list', { name: 'Most frequent names' })).toContainText('track.example.org')
  await isAccessible(page, 'list-on-trial')

  await trial.getByRole('link', { name: 'Show them in the log' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'would be blocked' })).toHaveCount(2)
  await expect(page.getByRole('row').filter({ hasText: 'www.example.org' })).toHaveCount(0)
  await page.getByLabel('On trial').selectOption('freed')
  await expect(page.getByRole('row').filter({ hasText: 'would be' })).toHaveCount(0)
  await page.getByLabel('On trial').selectOption('blocked')
  await expect(page.getByRole('row').filter({ hasText: 'would be blocked' })).toHaveCount(2)
  await isAccessible(page, 'queries-on-trial')

  await openConsole(page, stack, '/why?name=track.example.org')
  await expect(page.getByText('only recorded: it would be blocked (0.0.0.0)')).toBeVisible()
  await isAccessible(page, 'why-on-trial')

  await openConsole(page, stack, '/lists?open=1')
  await trial.getByRole('button', { name: 'Make it act' }).click()
  await expect(message(page, 'Trackers acts now')).toBeVisible()
  expect(await answers('track.example.org')).toEqual(BLOCKED)
  await undo(page)
  await expect(trial.getByRole('button', { name: 'Make it act' })).toBeVisible()
  await expect.poll(() => answers('track.example.org')).toEqual(before)
})

test('a rule only records until it is made to act, and the history takes that back', async ({ page }) => {
  await openConsole(page, stack, '/rules?edit=0&pattern=game.example.org')
  const editor = page.getByRole('dialog', { name: 'New rule' })
  await editor.getByRole('switch', { name: 'Only record what it would do' }).click()
  await isAccessible(page, 'rule-on-trial')
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
  const row = page.getByRole('row').filter({ hasText: 'game.example.org' })
  await expect(row.getByText('only records')).toBeVisible()
  const before = await answers('game.example.org')
  expect(before).not.toEqual(BLOCKED)
  await logged('shadow=any&name=%3Dgame.example.org', 1)

  await row.click()
  const rule = page.getByRole('dialog', { name: /^Rule \d+/ })
  await expect(rule.getByText(/^Would have blocked 1 query of 1 client since /)).toBeVisible()
  await rule.getByRole('button', { name: 'Make it act' }).click()
  await expect(row.getByText('only records')).toHaveCount(0)
  await expect.poll(() => answers('game.example.org')).toEqual(BLOCKED)
  await undo(page)
  await expect(row.getByText('only records')).toBeVisible()
  await expect.poll(() => answers('game.example.org')).toEqual(before)
})

test('a service and safe search only record until they are made to act', async ({ page }) => {
  await openConsole(page, stack, '/services?open=netflix')
  const service = page.getByRole('dialog', { name: 'Netflix' })
  await service.getByLabel('Block it').check()
  await service.getByRole('switch', { name: 'Only record what it would do' }).click()
  await service.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'Netflix only records')).toBeVisible()
  const before = await answers('www.netflix.com')
  expect(before).not.toEqual(BLOCKED)
  await logged('shadowRuleSet=netflix', 1)

  await openConsole(page, stack, '/why?name=www.netflix.com')
  await expect(page.getByText('only recorded: it would be blocked (0.0.0.0)')).toBeVisible()
  await openConsole(page, stack, '/services?open=netflix')
  const trial = service.getByRole('region', { name: 'Only records' })
  await expect(trial.getByText(/^Would have blocked 1 query of 1 client since /)).toBeVisible()
  await isAccessible(page, 'service-on-trial')
  await trial.getByRole('link', { name: 'Show them in the log' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'would be blocked' })).toHaveCount(1)
  await openConsole(page, stack, '/')
  const overview = page.getByRole('region', { name: 'On trial' })
  await expect(overview.getByText(/^Would have /)).toBeVisible()

  await openConsole(page, stack, '/services?open=netflix')
  await trial.getByRole('button', { name: 'Make it act' }).click()
  await expect(message(page, 'Netflix acts now')).toBeVisible()
  expect(await answers('www.netflix.com')).toEqual(BLOCKED)
  await undo(page)
  await expect.poll(() => answers('www.netflix.com')).toEqual(before)

  await stack.api('PATCH', '/safe-search/bing', { enabled: true, shadow: true })
  expect(await answers('www.bing.com')).not.toContain('strict.bing.com.')
  await logged('shadowRuleSet=bing&shadow=rewritten', 1)
})
