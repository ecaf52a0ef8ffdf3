import { expect, type Page, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

/** What a page says while there is nothing, and which request brings its data. */
const PAGES: readonly (readonly [path: string, request: string, empty: string | RegExp])[] = [
  ['/queries', '**/api/v1/queries*', 'No queries yet'],
  ['/rules', '**/api/v1/rules?*', 'No rules of your own yet'],
  ['/lists', '**/api/v1/lists', 'No lists yet'],
  ['/groups', '**/api/v1/groups', 'Everyone'],
  ['/why', '**/api/v1/explain*', 'Which name?'],
  ['/history', '**/api/v1/changes*', /^of a first start$/],
  ['/database', '**/api/v1/database', 'none since the start'],
  ['/settings?section=tokens', '**/api/v1/tokens', 'No tokens'],
  ['/', '**/api/v1/stats/top*', 'Nothing asked yet'],
]

const expectFits = async (page: Page, what: string): Promise<void> => {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect.soft(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0)
}

test('every page shows its shape while it loads, then that it is empty, at twice the size too', async ({ page }) => {
  await openConsole(page, stack)
  for (const [path, request, empty] of PAGES)
    await test.step(path, async () => {
      let answer = () => {}
      const mayAnswer = new Promise<void>((resolve) => {
        answer = resolve
      })
      await page.route(request, async (route) => {
        await mayAnswer
        await route.continue()
      })
      // A window of half the size is what zooming to 200 % makes of it.
      await page.setViewportSize({ width: 720, height: 450 })
      await page.goto(`${stack.url}${path}`)
      if (path !== '/why') await expect(page.getByRole('status', { name: 'Loading' }).first()).toBeAttached()
      answer()
      await expect(page.getByText(empty).first()).toBeAttached()
      await expectFits(page, path)
      await page.unroute(request)
    })
})

test('every page says what failed, and tries again when asked to', async ({ page }) => {
  await openConsole(page, stack)
  for (const [path, request, empty] of PAGES.filter(([at]) => at !== '/why'))
    await test.step(path, async () => {
      await page.route(request, (route) =>
        route.fulfill({
          status: 403,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'forbidden', status: 403, title: 'Forbidden', detail: 'not for you today' }),
        }),
      )
      await page.goto(`${stack.url}${path}`)
      const alert = page.getByRole('alert').filter({ hasText: 'not for you today' }).first()
      await expect(alert).toBeVisible()
      await page.unroute(request)
      await alert.getByRole('button', { name: 'Try again' }).click()
      await expect(page.getByText(empty).first()).toBeAttached()
    })
})

test('overrides that do not come are told of once, where groups and clients show them', async ({ page }) => {
  await openConsole(page, stack)
  for (const path of ['/groups', '/clients'])
    await test.step(path, async () => {
      await page.route('**/api/v1/overrides', (route) => route.fulfill({ status: 403, json: { code: 'forbidden' } }))
      await page.goto(`${stack.url}${path}`)
      const alert = page.getByRole('alert').filter({ hasText: 'The overrides that hold now could not be loaded' })
      await expect(alert).toHaveCount(1)
      await page.unroute('**/api/v1/overrides')
      await alert.getByRole('button', { name: 'Try again' }).click()
      await expect(alert).toHaveCount(0)
    })
})

test('nothing moves for those who asked for no motion', async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  await openConsole(page, stack, '/rules?edit=0')
  await expect(page.getByRole('dialog')).toBeVisible()
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')]
        .map((element) => getComputedStyle(element))
        .filter((style) =>
          [...style.animationDuration.split(','), ...style.transitionDuration.split(',')].some(
            (time) => Number.parseFloat(time) > 0,
          ),
        ).length,
  )
  expect(moving).toBe(0)
  await context.close()
})

test('the focus goes through the page in its order, into a drawer, and back to where it came from', async ({
  page,
}) => {
  await openConsole(page, stack, '/rules')
  await expect(page.getByText('No rules of your own yet')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  for (const name of ['Weir, overview', 'Overview', 'Queries', 'Rules', 'Lists', 'Services', 'Groups']) {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name, exact: true })).toBeFocused()
  }
  const add = page.getByRole('button', { name: 'Add rule' })
  await add.press('Enter')
  await expect(page.getByRole('dialog').getByLabel('Name', { exact: true })).toBeFocused()
  // Once around: the focus stays inside.
  for (let i = 0; i < 25; i++) await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(add).toBeFocused()
})

test('with the keyboard alone, what a button opens has the focus and gives it back', async ({ page }) => {
  const openers = [
    ['/groups', 'Add group', 'Name'],
    ['/schedules', 'Add schedule', 'Name'],
    ['/overrides', 'Start an override', 'What'],
    ['/clients', 'Add client', 'Known by'],
    ['/history', 'Compare', 'From revision'],
  ] as const
  await openConsole(page, stack)
  for (const [path, opener, field] of openers)
    await test.step(opener, async () => {
      await page.goto(`${stack.url}${path}`)
      const button = page.getByRole('button', { name: opener, exact: true }).first()
      await button.press('Enter')
      await expect(page.getByRole('dialog').getByLabel(field, { exact: true })).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(button).toBeFocused()
    })
})

test('columns are chosen and drawn to a width, and both are kept', async ({ page }) => {
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: 'columns.example.org' })
  await openConsole(page, stack, '/rules')
  const header = (name: string) => page.getByRole('columnheader', { name })
  await expect(header('Comment')).toBeVisible()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Comment' }).uncheck()
  await page.keyboard.press('Escape')
  await expect(header('Comment')).toHaveCount(0)
  const edge = page.getByRole('separator', { name: 'Width of Pattern' })
  const before = Number(await edge.getAttribute('aria-valuenow'))
  await edge.press('ArrowLeft')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before - 16))
  await page.reload()
  await expect(edge).toHaveAttribute('aria-valuenow', String(before - 16))
  await expect(header('Comment')).toHaveCount(0)
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'As designed' }).click()
  await expect(header('Comment')).toBeVisible()
})
