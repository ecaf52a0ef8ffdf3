import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const answers = async (name: string) => (await dig(stack.dnsPort, name)).answers

test('memory that is too short for the names of a list brings them to disk, says what would do, and they stay blocked', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const names = Array.from({ length: 20_000 }, (_, at) => `n${at}.example.net\n`).join('')
  const { id } = await stack.api<{ id: number }>('POST', '/lists', { name: 'Large', kind: 'block' })
  await stack.upload(`/lists/${id}/content`, names)
  await openConsole(page, stack, '/settings?section=storage')
  const memory = page.getByLabel('Memory for names of lists')
  await memory.fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(memory).toHaveAccessibleDescription(/must be at least 0.07 MB/)
  await expect(memory).toBeFocused()
  await expect(memory).toBeInViewport()

  await memory.fill('0.1')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'Saved and in effect')).toBeVisible()
  const now = page.getByRole('region', { name: 'Names now' })
  await expect(now).toContainText('20,000')
  await expect(now).toContainText('1 MB hold all of them')
  expect(await answers('n19999.example.net')).toEqual(['0.0.0.0'])
  expect(await answers('n20000.example.net')).toEqual([addressOf('n20000.example.net')])
})
