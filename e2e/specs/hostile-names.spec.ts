import { expect, type Page, test } from '@playwright/test'
import { ask } from '../fixtures/ask.ts'
import { openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { Stack } from '../fixtures/stack.ts'

const LONGEST = `${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(49)}.example.org`
const NAMES: readonly string[] = [
  '<img src=x onerror=window.hit=1>.example.org',
  '"><script>window.hit=1</script>.example.org',
  'javascript:window.hit=1.example.org',
  '{{constructor}}$\u007b7*7}.example.org',
  'rtl\u202egpj.example.org',
  'line\r\nfeed\u0000\u001b[31m.example.org',
  LONGEST,
]

/** Octets that no host name has are shown as \DDD (RFC 1035 §5.1). */
const shownAs = (name: string): string =>
  [...Buffer.from(name)]
    .map((octet) => [octet, String.fromCharCode(octet)] as const)
    .map(([octet, character]) => (/[a-z0-9_.-]/.test(character) ? character : `\\${String(octet).padStart(3, '0')}`))
    .join('')

/** What people type is stored as it is: markup, marks that turn the direction of writing. */
const HOSTILE_TEXT = '<img src=x onerror=window.hit=1> \u202etxt.exe\u0007 </script>'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

/** Nothing of it ran, nothing of it became an element, and nothing is pushed out of the page. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, 'scrolls sideways').toBeLessThanOrEqual(0)
}

test('names that clients ask for are shown as text, octet by octet, on a wide screen and on a phone', async ({
  page,
}) => {
  await openConsole(page, stack, '/queries')
  await expect(page.getByText('Live, newest first')).toBeVisible()
  await ask(
    stack.dnsPort,
    NAMES.map((name) => ({ name })),
  )
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport)
    await page.goto(`${stack.url}/queries`)
    for (const shown of NAMES.map(shownAs)) {
      const row = page.getByRole('row').filter({ hasText: shown })
      await expect(row.first()).toBeVisible()
      await row.first().click()
      await expect(page.getByRole('dialog').getByText(shown, { exact: true }).first()).toBeVisible()
      await expectHarmless(page)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
    }
  }
})

test('hostile words in rules, lists, groups and history stay words', async ({ page }) => {
  await stack.api('POST', '/rules', {
    action: 'block',
    match: 'suffix',
    pattern: 'hostile.example.org',
    comment: HOSTILE_TEXT,
  })
  await stack.api('POST', '/lists', { name: HOSTILE_TEXT, kind: 'block', text: 'listed.example.org' })
  await stack.api('POST', '/groups', { name: HOSTILE_TEXT, comment: HOSTILE_TEXT })
  await stack.api('POST', '/tokens', { name: HOSTILE_TEXT, role: 'viewer' })
  await openConsole(page, stack)
  for (const [path, fact] of [
    ['/rules', 'hostile.example.org'],
    ['/rules?edit=1', 'hostile.example.org'],
    ['/lists', 'onerror'],
    ['/groups', 'onerror'],
    ['/history', 'onerror'],
    ['/settings?section=tokens', 'onerror'],
    ['/why?name=listed.example.org', 'onerror'],
    [`/rules?search=${encodeURIComponent('<script>window.hit=1</script>')}`, 'No rule matches'],
    [`/${encodeURIComponent('<script>window.hit=1</script>')}`, 'There is no such page'],
  ] as const) {
    await page.goto(`${stack.url}${path}`)
    await expect(
      page
        .getByText(fact)
        .or(page.locator(`input[value*="${fact}"]`))
        .first(),
    ).toBeVisible()
    await expectHarmless(page)
  }
})

test('another class than IN is refused over the wire, and says nothing about Weir', async () => {
  for (const name of ['version.bind', 'id.server', 'hostname.bind', 'www.example.org']) {
    const { status, answers, text } = await dig(stack.dnsPort, name, 'TXT', '-c', 'CH')
    expect([name, status, answers], text).toEqual([name, 'REFUSED', []])
  }
})
