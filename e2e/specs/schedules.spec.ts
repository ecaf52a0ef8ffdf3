import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'video.example.org'
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const answers = async () => (await dig(stack.dnsPort, NAME)).answers

/** Two windows that hold all week but for one minute, twelve hours from now: whichever day and hour the test runs. */
function allButAMinuteFarFromNow(): { from: string; until: string } {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 16)
  const half = Date.now() + 12 * 3_600_000
  return { from: time(half + 60_000), until: time(half) }
}

test('a schedule is made, a rule holds by it, and neither goes while the other needs it', async ({ page }) => {
  await openConsole(page, stack, '/schedules')
  await expect(page.getByText('No schedules')).toBeVisible()
  await page.getByRole('button', { name: 'Add schedule' }).first().click()
  const form = page.getByRole('dialog', { name: 'New schedule' })
  await form.getByLabel('Name').fill('Nearly always')
  await form.getByLabel('Time zone').fill('Europe/Nowhere')
  await expect(form.getByText("there is no time zone 'Europe/Nowhere'")).toBeVisible()
  await form.getByLabel('Time zone').fill('UTC')
  for (const day of DAYS) {
    const button = form.getByRole('button', { name: day, exact: true })
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click()
  }
  const { from, until } = allButAMinuteFarFromNow()
  await form.getByLabel('From').fill(from)
  await form.getByLabel(/^Until/).fill(until)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'Schedule Nearly always saved')).toBeVisible()
  await expect(page.getByText('Holds now')).toBeVisible()

  await openConsole(page, stack, '/rules?edit=0')
  const rule = page.getByRole('dialog')
  await rule.getByLabel('Name', { exact: true }).fill(NAME)
  await rule.getByText('For whom, how long, notes').click()
  await rule.getByLabel('Holds').selectOption('during Nearly always')
  await rule.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('row', { name: NAME })).toBeVisible()
  await expect.poll(() => answers()).toEqual(['0.0.0.0'])

  await openConsole(page, stack, '/schedules')
  await expect(page.getByText('used by 1 rule')).toBeVisible()
  await page.getByRole('button', { name: /Nearly always/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(message(page, new RegExp(`^Not deleted: .*used by rule ${NAME}`))).toBeVisible()

  // Turned round it holds for one minute, twelve hours from now.
  await page.getByRole('dialog').getByLabel('From').fill(until)
  await page
    .getByRole('dialog')
    .getByLabel(/^Until/)
    .fill(from)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Does not hold now')).toBeVisible()
  await expect.poll(() => answers()).toEqual([addressOf(NAME)])
})
