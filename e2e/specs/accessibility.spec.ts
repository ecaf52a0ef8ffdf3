import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { openConsole } from '../fixtures/console.ts'
import { keepAsking, populate } from '../fixtures/population.ts'
import { Stack } from '../fixtures/stack.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

/** Each page, and a fact that tells that its data are there. */
const PAGES: readonly (readonly [name: string, path: string, ready: (page: Page) => Promise<void>])[] = [
  ['overview', '/', (page) => shown(page.getByRole('region', { name: 'Health' }).getByText(/^DNS is/))],
  ['queries', '/queries', (page) => shown(page.getByRole('row').nth(3))],
  ['rules', '/rules', (page) => shown(page.getByRole('row').nth(3))],
  ['rule-editor', '/rules?edit=1', (page) => shown(page.getByRole('dialog').getByText('Effect'))],
  ['lists', '/lists', (page) => shown(page.getByText('Advertising').first())],
  ['list', '/lists?open=1', (page) => shown(page.getByRole('dialog').getByText('in effect').first())],
  ['groups', '/groups', (page) => shown(page.getByText('Children'))],
  ['overrides', '/overrides', (page) => shown(page.getByText('Internet blocked'))],
  ['why', '/why?name=banner.ads.example.org', (page) => shown(page.getByRole('region', { name: 'Decision' }))],
  ['history', '/history', (page) => shown(page.getByText('Rule added').first())],
  ['database', '/database', (page) => shown(page.getByRole('region', { name: 'log.db' }))],
  ['settings', '/settings', (page) => shown(page.getByRole('main').getByRole('heading').nth(1))],
]
const shown = (locator: ReturnType<Page['locator']>) => expect(locator).toBeVisible()

/**
 * Pictures for docs/screenshots are taken only when they are asked for, of a network that has been busy a while.
 * WEIR_SCREENSHOTS names the data folder of that network, which the pages show; it must not exist.
 */
const PICTURED_FOLDER = process.env['WEIR_SCREENSHOTS']
const ARE_PICTURES_WANTED = PICTURED_FOLDER !== undefined
const BUSY_MS = 150_000

let stack: Stack
let stopAsking = async (): Promise<void> => undefined
test.beforeAll(async () => {
  test.setTimeout(BUSY_MS * 2)
  stack = await Stack.start(PICTURED_FOLDER === undefined ? {} : { folder: PICTURED_FOLDER })
  await populate(stack)
  if (!ARE_PICTURES_WANTED) return
  stopAsking = keepAsking(stack.dnsPort)
  const start = Date.now()
  await expect.poll(() => Date.now() - start, { timeout: BUSY_MS * 2 }).toBeGreaterThan(BUSY_MS)
})
test.afterAll(async () => {
  await stopAsking()
  await stack.stop()
})

/** What axe finds, in a form that a failed test can print. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`))
}

const takePicture = async (page: Page, name: string): Promise<void> => {
  if (!ARE_PICTURES_WANTED) return
  await page.screenshot({ path: new URL(`../../docs/screenshots/${name}.png`, import.meta.url).pathname })
}

for (const theme of ['dark', 'light'] as const)
  for (const [size, viewport] of Object.entries(SIZES))
    test(`every page passes axe and fits, ${theme}, ${size}`, async ({ browser }) => {
      test.setTimeout(120_000)
      const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await openConsole(page, stack)
      for (const [name, path, untilReady] of PAGES)
        await test.step(name, async () => {
          await page.goto(`${stack.url}${path}`)
          await untilReady(page)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect.soft(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0)
          expect.soft(await violations(page), name).toEqual([])
          await takePicture(page, `${name}-${size}-${theme}`)
        })
      await context.close()
    })

test('the sign-in passes axe in both themes', async ({ page }) => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      await page.goto(`${stack.url}/sign-in`)
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
      expect.soft(await violations(page)).toEqual([])
      await takePicture(page, `sign-in-${size}-${colorScheme}`)
    }
  }
})

test('the keyboard alone reaches the content, the rows and the command palette', async ({ page }) => {
  await openConsole(page, stack, '/rules')
  await expect(page.getByRole('row').nth(3)).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()

  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox').first()).toBeFocused()
  await page.getByRole('grid', { name: 'Rules' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('database')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Database' })).toBeVisible()
})
