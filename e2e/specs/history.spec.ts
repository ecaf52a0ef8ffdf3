import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { ADMIN_PASSWORD, Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/users', { name: 'anna', password: ADMIN_PASSWORD, role: 'operator' })
})
test.afterAll(() => stack.stop())

const rule = (pattern: string) =>
  stack.api<{ id: number }>('POST', '/rules', { action: 'block', match: 'exact', pattern })
const isBlocked = async (name: string) => (await dig(stack.dnsPort, name)).answers.includes('0.0.0.0')
const dialog = (page: Page) => page.getByRole('dialog')

/** What Anna does this morning: two rules, a group, and something of ours changed. */
async function annasMorning(mine: number): Promise<void> {
  const session = await fetch(`${stack.url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: stack.url, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'anna', password: ADMIN_PASSWORD }),
  })
  const cookie = session.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ')
  const me = (await (await fetch(`${stack.url}/api/v1/me`, { headers: { cookie } })).json()) as { csrfToken: string }
  const act = async (method: string, path: string, body: object) => {
    const reply = await fetch(`${stack.url}/api/v1${path}`, {
      method,
      headers: { cookie, origin: stack.url, 'x-weir-csrf': me.csrfToken, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(reply.ok).toBe(true)
  }
  await act('POST', '/rules', { action: 'block', match: 'exact', pattern: 'anna-one.example.org' })
  await act('POST', '/rules', { action: 'block', match: 'exact', pattern: 'anna-two.example.org' })
  await act('PATCH', `/rules/${mine}`, { enabled: false })
  await act('POST', '/groups', { name: 'Of Anna' })
}

test('all that a colleague did this morning is undone in one act, looked at first, and had again', async ({ page }) => {
  const { id } = await rule('mine.example.org')
  await annasMorning(id)
  expect(await isBlocked('anna-one.example.org')).toBe(true)
  expect(await isBlocked('mine.example.org')).toBe(false)
  await openConsole(page, stack, '/history')
  await page.getByLabel('Who').selectOption('anna')
  await page.getByRole('button', { name: 'Today' }).click()
  await expect(page.locator('[data-row]')).toHaveCount(4)
  await page.getByRole('button', { name: /^Undo all that anna did since/ }).click()
  await expect(dialog(page)).toContainText('2 rules go away')
  await expect(dialog(page)).toContainText('enabled false → true')
  await dialog(page).getByLabel('Comment (optional)').fill('Anna was tired')
  await dialog(page).getByRole('button', { name: 'Undo 4 changes' }).click()
  await expect(message(page, /4 changes undone$/)).toBeVisible()
  expect(await isBlocked('anna-one.example.org')).toBe(false)
  expect(await isBlocked('mine.example.org')).toBe(true)
  await undo(page)
  await expect(message(page, 'Taken back')).toBeVisible()
  expect(await isBlocked('anna-one.example.org')).toBe(true)
  await page.goto(`${stack.url}/history?search=tired`)
  await expect(page.locator('[data-row]')).toHaveCount(4)
  await expect(page.getByText('Anna was tired').first()).toBeVisible()
})

test('one goes back to a revision, compares, and is told what stands against an undo', async ({ page }) => {
  const { id } = await rule('steps.example.org')
  await stack.api('PATCH', `/rules/${id}`, { ttlSeconds: 60 })
  await stack.api('PATCH', `/rules/${id}`, { ttlSeconds: 300 })
  await openConsole(page, stack, '/history?search=steps.example.org')
  const rows = page.locator('[data-row]')
  await expect(rows.first()).toContainText('TTL 60 → 300')
  await rows.nth(1).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Undo with what builds on it' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('builds on it')
  await dialog(page)
    .getByRole('switch', { name: /Undo these later changes too/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Undo 2 changes' }).click()
  await expect(message(page, /2 changes undone$/)).toBeVisible()
  expect(await stack.api('GET', `/rules/${id}`)).toMatchObject({ ttlSeconds: null })

  await rows.last().click()
  await page.getByRole('button', { name: 'Compare with now' }).click()
  await expect(dialog(page)).toContainText('rule added')
  const download = page.waitForEvent('download')
  await dialog(page).getByRole('link', { name: 'Download as text' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toContain('+ rule: steps.example.org')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Go back to before this' }).click()
  await expect(dialog(page)).toContainText('steps.example.org')
  await dialog(page)
    .getByRole('button', { name: /^Undo \d+ change/ })
    .click()
  await expect(message(page, /undone$/).last()).toBeVisible()
  const { items } = await stack.api<{ items: unknown[] }>('GET', '/rules?search=steps.example.org')
  expect(items).toEqual([])
})

test('the policy goes out as a file, comes in with its plan shown, and is one undo', async ({ page }) => {
  await rule('kept.example.org')
  await openConsole(page, stack, '/history')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export policy' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toContain('    kept.example.org\n')

  await page.getByRole('button', { name: 'Import policy' }).click()
  await dialog(page).getByLabel('Or its text').fill('weir: 1\nrules:\n  - ||nonsense^$what\n')
  await dialog(page).getByRole('button', { name: 'Show the plan' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('line 3')

  const wanted = text.replace('    kept.example.org\n', '    kept.example.org\n    from-file.example.org\n')
  await dialog(page).getByLabel('Or its text').fill(wanted)
  await dialog(page).getByRole('button', { name: 'Show the plan' }).click()
  await expect(dialog(page).getByRole('status')).toHaveText('Plan: 1 to add, 0 to change, 0 to delete')
  expect(await isBlocked('from-file.example.org')).toBe(false)
  await dialog(page).getByRole('button', { name: 'Apply 1 change' }).click()
  await expect(message(page, /^Policy in place: 1 added/)).toBeVisible()
  expect(await isBlocked('from-file.example.org')).toBe(true)
  await undo(page)
  await expect(message(page, 'Taken back')).toBeVisible()
  expect(await isBlocked('from-file.example.org')).toBe(false)
})

test('on a phone, all of it is within reach', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openConsole(page, stack, '/history?range=today')
  const row = page.locator('[data-row]').first()
  await row.click()
  await page.getByRole('button', { name: 'Add a comment' }).click()
  await page.getByLabel('Comment', { exact: true }).fill('said on the way')
  await page.getByRole('button', { name: 'Save comment' }).click()
  await expect(row).toContainText('said on the way')
  const { width } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth }))
  expect(width).toBeLessThanOrEqual(390)
})
