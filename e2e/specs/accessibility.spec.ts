import { expect, type Page, test } from '@playwright/test'
import { COLOURS, EVERY_RULE, ORIENTATION, violations } from '../fixtures/axe.ts'
import { openConsole } from '../fixtures/console.ts'
import { keepAsking, populate } from '../fixtures/population.ts'
import { Stack } from '../fixtures/stack.ts'

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

/** Each page, and a fact that tells that its data are there. */
const PAGES: readonly (readonly [name: string, path: string, ready: (page: Page) => Promise<void>])[] = [
  ['overview', '/', (page) => shown(page.getByRole('region', { name: 'Health' }).getByText(/^DNS is/))],
  ['queries', '/queries', (page) => shown(page.getByRole('row').nth(3))],
  ['rules', '/rules', (page) => shown(page.getByRole('row').nth(3))],
  ['rule-editor', '/rules?edit=1', (page) => shown(page.getByRole('dialog').getByText('Effect'))],
  ['lists', '/lists', (page) => shown(page.getByText('Advertising').first())],
  ['list', '/lists?open=1', (page) => shown(page.getByRole('dialog').getByText('in effect').first())],
  ['catalogue', '/lists', opensCatalogue],
  ['list-difference', '/lists?open=2', comparesVersions],
  ['services', '/services', (page) => shown(page.getByRole('switch', { name: 'TikTok' }))],
  [
    'service',
    '/services?open=tiktok',
    (page) => shown(page.getByRole('dialog').getByText('tiktok.com', { exact: true })),
  ],
  ['groups', '/groups', (page) => shown(page.getByText('Children').first())],
  ['schedules', '/schedules', (page) => shown(page.getByText('School nights'))],
  ['overrides', '/overrides', (page) => shown(page.getByText('Internet blocked'))],
  ['clients', '/clients', (page) => shown(page.getByRole('region', { name: 'Seen' }))],
  ['why', '/why?name=banner.ads.example.org', (page) => shown(page.getByRole('region', { name: 'Decision' }))],
  [
    'what-if',
    `/what-if?draft=${encodeURIComponent('[{"kind":"rule","rule":{"action":"block","match":"suffix","pattern":"example.org"}}]')}`,
    (page) => shown(page.getByRole('region', { name: 'Names' }).getByRole('link', { name: 'www.example.org' })),
  ],
  ['reports', '/reports', opensReport],
  ['history', '/history', (page) => shown(page.getByText('Rule added').first())],
  ['database', '/database', (page) => shown(page.getByRole('region', { name: 'log.db' }))],
  ['import', '/rules?import=true', (page) => shown(page.getByRole('dialog').getByLabel('Lines'))],
  ['group', '/groups', opened((page) => page.getByText('Children').first())],
  ['columns', '/queries', opened((page) => page.getByRole('button', { name: 'Columns' }))],
  ['query', '/queries', opened((page) => page.getByRole('row').nth(1))],
  ['palette', '/rules', pressed('Control+k')],
  ['change', '/history?open=3', (page) => shown(page.getByText(/^Undo this change$|^Cannot be undone/))],
  ['users', '/settings?section=users', (page) => shown(page.getByLabel('Role of admin'))],
  ['tokens', '/settings?section=tokens', (page) => shown(page.getByText('No tokens'))],
  ['account', '/settings?section=account', (page) => shown(page.getByText('this one'))],
  ['settings', '/settings', (page) => shown(page.getByRole('main').getByRole('heading').nth(1))],
]
/** Those that docs/screenshots shows. */
const PICTURED = new Set([
  ...'overview queries rules rule-editor lists list services service groups group schedules overrides clients why'.split(
    ' ',
  ),
  ...'what-if reports history database settings'.split(' '),
])

function shown(locator: ReturnType<Page['locator']>): Promise<void> {
  return expect(locator).toBeVisible()
}

/** What opens in the page itself, with the thing that is pressed for it. */
function opened(door: (page: Page) => ReturnType<Page['locator']>): (page: Page) => Promise<void> {
  return async (page) => {
    await door(page).click()
    await shown(page.getByRole('dialog'))
  }
}

async function opensCatalogue(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add list' }).click()
  const form = page.getByRole('dialog', { name: 'Add a list' })
  await shown(form.getByRole('list', { name: 'Lists to subscribe to' }).getByRole('listitem').first())
}

/** Of a list with two versions, one of which has what the other lacks. */
async function comparesVersions(page: Page): Promise<void> {
  const drawer = page.getByRole('dialog', { name: 'Trackers and telemetry' })
  await drawer.getByRole('button', { name: 'Versions' }).click()
  await drawer
    .getByRole('button', { name: /^Compare the version/ })
    .last()
    .click()
  await shown(page.getByRole('region', { name: 'Added' }).getByRole('listitem').first())
}

/** A report is made when it is asked for. */
async function opensReport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make the report' }).click()
  await shown(page.getByRole('button', { name: 'Make it anew' }))
}

function pressed(key: string): (page: Page) => Promise<void> {
  return async (page) => {
    await shown(page.getByRole('main'))
    await page.keyboard.press(key)
    await shown(page.getByRole('dialog'))
  }
}

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

const takePicture = async (page: Page, name: string): Promise<void> => {
  if (!ARE_PICTURES_WANTED) return
  await page.screenshot({ path: new URL(`../../docs/screenshots/${name}.png`, import.meta.url).pathname })
}

/**
 * Each page is opened once and turned to every theme and size, since loading is what takes the time. Structure does not
 * change with the theme: each size is looked at whole in one of them, in the other for its colours only.
 */
const TURNS = [
  ['dark', 'desktop', EVERY_RULE],
  ['light', 'desktop', COLOURS],
  ['light', 'phone', EVERY_RULE],
  ['dark', 'phone', COLOURS],
] as const

const PARTS = 6
const LENGTH = Math.ceil(PAGES.length / PARTS)
for (const part of Array.from({ length: PARTS }, (_, at) => at))
  test(`every page passes axe and fits, in both themes and sizes, ${part + 1} of ${PARTS}`, async ({ browser }) => {
    test.setTimeout(ARE_PICTURES_WANTED ? 900_000 : 360_000)
    const context = await browser.newContext({ colorScheme: 'dark', reducedMotion: 'reduce', viewport: SIZES.desktop })
    const page = await context.newPage()
    await openConsole(page, stack)
    for (const [name, path, untilReady] of PAGES.slice(part * LENGTH, (part + 1) * LENGTH))
      await test.step(name, async () => {
        await page.emulateMedia({ colorScheme: 'dark' })
        await page.setViewportSize(SIZES.desktop)
        await page.goto(`${stack.url}${path}`)
        await untilReady(page)
        for (const [theme, size, rules] of TURNS) {
          await page.emulateMedia({ colorScheme: theme })
          await page.setViewportSize(SIZES[size])
          await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect.soft(overflow, `${name} scrolls sideways, ${size}`).toBeLessThanOrEqual(0)
          expect.soft(await violations(page, rules), `${name}, ${theme}, ${size}`).toEqual([])
          if (PICTURED.has(name)) await takePicture(page, `${name}-${size}-${theme}`)
        }
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

test('no style sheet holds the console to one orientation', async ({ page }) => {
  await openConsole(page, stack)
  expect(await violations(page, ORIENTATION)).toEqual([])
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('@media (orientation: portrait) { html { transform: rotate(90deg) } }')
    const [first] = document.styleSheets
    first?.insertRule(sheet.cssRules[0]?.cssText ?? '', 0)
  })
  expect(await violations(page, ORIENTATION)).toEqual([expect.stringContaining('css-orientation-lock')])
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
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.type('database')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Database' })).toBeVisible()
})

test('axe finds what is planted in a page', async ({ page }) => {
  await openConsole(page, stack)
  await page.getByRole('main').evaluate((main) => {
    main.innerHTML = '<img src="data:,"><button></button><p>pale</p>'
    // By script: the console's own policy of content refuses a style in markup.
    main.querySelector('p')?.style.setProperty('color', '#888')
    main.querySelector('p')?.style.setProperty('background', '#999')
  })
  const rules = async (of = EVERY_RULE) => new Set((await violations(page, of)).map((found) => found.split(':')[0]))
  expect(await rules()).toEqual(new Set(['image-alt', 'color-contrast', 'button-name']))
  expect(await rules(COLOURS)).toEqual(new Set(['color-contrast']))
})
