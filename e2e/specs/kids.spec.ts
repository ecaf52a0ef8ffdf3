import { expect, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const VIDEO = 'www.youtube.com'
const GAME = 'game.example.org'
/** The whole of 127.0.0.0/8 is this machine: the tablet, and a computer that is in no group. */
const TABLET = '127.0.0.7'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const answersTo = async (name: string, from: string) => (await dig(stack.dnsPort, name, 'A', '-b', from)).answers

/** Hours that hold now and for the next hours, whichever day and hour the test runs. */
async function makeSchoolNights(): Promise<number> {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 16)
  const windows = [
    {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      from: time(Date.now() - 3_600_000),
      until: time(Date.now() + 10 * 3_600_000),
    },
  ]
  const made = (await stack.api('POST', '/schedules', { name: 'School nights', timeZone: 'UTC', windows })) as {
    id: number
  }
  return made.id
}

test('a tablet has no video on school nights and one game never, and is paused from a phone', async ({ page }) => {
  const schedule = await makeSchoolNights()
  await openConsole(page, stack, '/groups')
  await page.getByRole('button', { name: 'Add group' }).click()
  const group = page.getByRole('dialog', { name: 'New group' })
  await group.getByLabel('Name', { exact: true }).fill('Kids')
  await group.getByLabel('Clients, one a line: address, prefix, client id or reverse name').fill(TABLET)
  await group.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'Group Kids saved')).toBeVisible()

  await openConsole(page, stack, '/services')
  await page.getByRole('link', { name: /^For whom, and when ?: all of Video$/ }).click()
  const video = page.getByRole('dialog', { name: /^Video: all \d+ services$/ })
  await expect(video.getByLabel('Block them')).toBeChecked()
  await video.getByLabel('All groups').selectOption('Never')
  await video.getByLabel('Kids').selectOption('During School nights')
  await video.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, /^Video: \d+ blocked$/)).toBeVisible()
  expect(await answersTo('www.netflix.com', TABLET)).toEqual(['0.0.0.0'])
  expect(await answersTo(VIDEO, TABLET)).toEqual(['0.0.0.0'])
  expect(await answersTo(VIDEO, '127.0.0.1')).toEqual([addressOf(VIDEO)])

  await openConsole(page, stack, '/rules?edit=0')
  const rule = page.getByRole('dialog')
  await rule.getByLabel('Name', { exact: true }).fill(GAME)
  await rule.getByText('For whom, how long, notes').click()
  await rule.getByLabel('Kids').check()
  await rule.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('row', { name: GAME })).toBeVisible()
  await expect.poll(() => answersTo(GAME, TABLET)).toEqual(['0.0.0.0'])
  expect(await answersTo(GAME, '127.0.0.1')).toEqual([addressOf(GAME)])

  // What holds is shown with where it comes from.
  await openConsole(page, stack, '/groups')
  await page.getByRole('button', { name: /^Kids/ }).click()
  const policy = page.getByRole('region', { name: 'What holds for Kids' })
  await expect(policy.getByRole('row', { name: /YouTube/ })).toContainText(/School nights.*its own/)
  await expect(policy.getByRole('row', { name: /Upstreams/ })).toContainText('from the settings')

  await page.setViewportSize({ width: 390, height: 844 })
  await openConsole(page, stack, '/overrides')
  await page.getByRole('button', { name: 'Start an override' }).first().click()
  const override = page.getByRole('dialog', { name: 'Start an override' })
  await override.getByLabel('For whom').selectOption('Group Kids')
  await override.getByRole('button', { name: '10 min' }).click()
  await override.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(message(page, /^Filtering paused until /)).toBeVisible()
  expect(await answersTo(VIDEO, TABLET)).toEqual([addressOf(VIDEO)])
  expect(await answersTo(GAME, TABLET)).toEqual([addressOf(GAME)])
  await page.getByRole('button', { name: /^End now: / }).click()
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
  await expect.poll(() => answersTo(VIDEO, TABLET)).toEqual(['0.0.0.0'])

  // The schedule is over: video is free, the game is not.
  const over = { windows: [{ days: ['mon'], from: '00:00', until: '00:01' }], timeZone: zoneWhereItIsNotMonday() }
  await stack.api('PATCH', `/schedules/${schedule}`, over)
  expect(await answersTo(VIDEO, TABLET)).toEqual([addressOf(VIDEO)])
  expect(await answersTo('www.netflix.com', TABLET)).toEqual([addressOf('www.netflix.com')])
  expect(await answersTo(GAME, TABLET)).toEqual(['0.0.0.0'])
})

const zoneWhereItIsNotMonday = (): string => (new Date().getUTCDay() === 1 ? 'Pacific/Kiritimati' : 'UTC')
