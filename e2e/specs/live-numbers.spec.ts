import { expect, type Page, test } from '@playwright/test'
import { ask } from '../fixtures/ask.ts'
import { openConsole } from '../fixtures/console.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
  await stack.api('POST', '/rules', { action: 'block', match: 'suffix', pattern: 'ads.example.org' })
})
test.afterAll(() => stack.stop())

/** Asks again and again until told to stop, so that each second has its queries. */
function keepAsking(name: string): () => Promise<void> {
  const state = { isOver: false }
  const asking = (async () => {
    while (!state.isOver)
      await ask(stack.dnsPort, [{ name }, { name: 'ads.example.org' }, { name: `${Math.random()}.example.net` }])
  })()
  return () => {
    state.isOver = true
    return asking
  }
}

/** The number on a tile; NaN while there is none. */
const figure = async (page: Page, label: string): Promise<number> => {
  const text = await page
    .getByRole('main')
    .getByRole('link', { name: new RegExp(`^${label}`) })
    .innerText()
  return Number(/\n([\d., ]+)/.exec(text)?.[1]?.replaceAll(/[, ]/g, '') ?? Number.NaN)
}

test('the tiles move while clients ask', async ({ page }) => {
  await openConsole(page, stack)
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible()
  const stop = keepAsking('www.example.org')
  try {
    for (const label of ['Queries per second', 'Blocked', 'Answered from cache', 'Latency, p95'])
      await expect.poll(() => figure(page, label), { message: label }).toBeGreaterThan(0)
  } finally {
    await stop()
  }
  await expect.poll(() => figure(page, 'Queries per second')).toBe(0)
})

test('the live tail shows queries as they are asked, and holds still when paused', async ({ page }) => {
  await openConsole(page, stack, '/queries')
  await expect(page.getByText('Live, newest first')).toBeVisible()
  await ask(stack.dnsPort, [{ name: 'first.tail.example.org' }], '127.0.0.7')
  const first = page.getByRole('row', { name: 'first.tail.example.org' })
  await expect(first.first()).toContainText('127.0.0.7')
  await expect(first.first()).toContainText('Forwarded')

  await page.getByRole('button', { name: 'Pause' }).click()
  await ask(stack.dnsPort, [{ name: 'second.tail.example.org' }])
  await expect(page.getByText('Held; 1 new query waiting')).toBeVisible()
  await expect(page.getByRole('row', { name: 'second.tail.example.org' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('row', { name: 'second.tail.example.org' }).first()).toBeVisible()
})
