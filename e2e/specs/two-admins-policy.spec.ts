import { expect, type Page, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { conflict, secondAdmin } from '../fixtures/second-admin.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())
const anna = secondAdmin(() => stack)

const saveDialog = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()

const EVENINGS = { timeZone: 'UTC', windows: [{ days: ['mon'], from: '18:00', until: '20:00' }] }
const makeSchedule = (name: string) => stack.api<{ id: number }>('POST', '/schedules', { ...EVENINGS, name })
const makeGroup = (name: string, clients: string[]) => stack.api<{ id: number }>('POST', '/groups', { name, clients })

test('a group: its clients and its schedule are shown as the other left them, by name', async ({ page }) => {
  const schedule = await makeSchedule('Evenings')
  const { id } = await makeGroup('Kids', ['192.0.2.6'])
  await openConsole(page, stack, `/groups?open=${id}`)
  await page.getByLabel('Comment').fill('mine')
  await anna.open(`/groups?open=${id}`)
  await anna.page.getByLabel('Its policy holds').selectOption(String(schedule.id))
  await saveDialog(anna.page)
  await expect(message(anna.page, 'Group Kids saved')).toBeVisible()
  // A client that is put into it by its own entry is a change of the group, too.
  await stack.api('POST', '/clients', { identifier: '192.0.2.7', name: 'Tablet', groupId: id })
  await saveDialog(page)
  await expect(conflict(page)).toContainText('saved it')
  await expect(conflict(page).getByRole('row', { name: /clients/ })).toContainText('192.0.2.6, 192.0.2.7')
  await expect(conflict(page).getByRole('row', { name: /schedule/ })).toContainText('Evenings')
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, 'Group Kids saved')).toBeVisible()
  const merged = { comment: 'mine', schedule: schedule.id, clients: ['192.0.2.6', '192.0.2.7'] }
  expect(await stack.api('GET', `/groups/${id}`)).toMatchObject(merged)
})

test('a client: what either side wrote is kept', async ({ page }) => {
  await stack.api('POST', '/clients', { identifier: '192.0.2.30', name: 'Television', groupId: 1 })
  await openConsole(page, stack, '/clients')
  await page.getByRole('button', { name: /Television/ }).click()
  await page.getByLabel('Tags').fill('big')
  await anna.open('/clients')
  await anna.page.getByRole('button', { name: /Television/ }).click()
  await anna.page.getByLabel('Comment').fill('of Ida')
  await saveDialog(anna.page)
  await expect(message(anna.page, /^Client Television saved/)).toBeVisible()
  await saveDialog(page)
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /comment/ })).toContainText('of Ida')
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Client Television saved/)).toBeVisible()
  const { items } = await stack.api<{ items: object[] }>('GET', '/clients')
  expect(items).toContainEqual(expect.objectContaining({ name: 'Television', tags: ['big'], comment: 'of Ida' }))
})

test('a schedule: theirs is taken, hours and all', async ({ page }) => {
  const { id } = await makeSchedule('Afternoons')
  await openConsole(page, stack, '/schedules')
  await page.getByRole('button', { name: /Afternoons/ }).click()
  await page.getByLabel('Time zone').fill('Europe/Berlin')
  await anna.open('/schedules')
  await anna.page.getByRole('button', { name: /Afternoons/ }).click()
  await anna.page.getByLabel('From').fill('17:30')
  await saveDialog(anna.page)
  await expect(message(anna.page, 'Schedule Afternoons saved')).toBeVisible()
  await saveDialog(page)
  await expect(conflict(page).getByRole('row', { name: /windows/ })).toContainText('mon 17:30–20:00')
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByLabel('Time zone')).toBeHidden()
  const theirs = { timeZone: 'UTC', windows: [{ from: '17:30' }] }
  expect(await stack.api('GET', `/schedules/${id}`)).toMatchObject(theirs)
})

test('a group that was deleted meanwhile: the form stays, and says by whom', async ({ page }) => {
  const { id } = await makeGroup('Guests', [])
  await openConsole(page, stack, `/groups?open=${id}`)
  await page.getByLabel('Comment').fill('typed for long')
  await anna.open(`/groups?open=${id}`)
  await anna.page.getByRole('button', { name: 'Delete', exact: true }).click()
  await anna.page.getByRole('button', { name: 'Delete the group' }).click()
  await expect(message(anna.page, 'Group Guests deleted')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Guests/, includeHidden: true })).toHaveCount(0)
  await expect(page.getByLabel('Comment')).toHaveValue('typed for long')
  await saveDialog(page)
  await expect(page.getByRole('alert')).toContainText('Group Guests was deleted by anna meanwhile')
  await undo(anna.page)
  await expect(message(anna.page, 'Taken back')).toBeVisible()
  await saveDialog(page)
  await expect(message(page, 'Group Guests saved')).toBeVisible()
  expect(await stack.api('GET', `/groups/${id}`)).toMatchObject({ comment: 'typed for long' })
})

test('a service: nothing is saved before the second has seen what the first switched', async ({ page }) => {
  await openConsole(page, stack, '/services?open=netflix')
  await page.getByLabel('Block it').check()
  await page.getByRole('switch', { name: 'Only record what it would do' }).click()
  await anna.open('/services?open=netflix')
  await anna.page.getByLabel('Block it').check()
  await saveDialog(anna.page)
  await expect(message(anna.page, 'Netflix blocked')).toBeVisible()
  await saveDialog(page)
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /shadow/ })).toContainText('true')
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByLabel('Block it')).toBeHidden()
  expect(await stack.api('GET', '/services/netflix')).toMatchObject({ enabled: true, shadow: false })
})

test('a category: each service that a colleague has switched is a question, and all is one undo', async ({ page }) => {
  await stack.api('PATCH', '/services/hulu', { enabled: true })
  await openConsole(page, stack, '/services?category=video')
  await page.getByLabel('Block them').check()
  await page.getByRole('switch', { name: 'Only record what it would do' }).click()
  await anna.open('/services?open=youtube')
  await anna.page.getByLabel('Block it').check()
  await saveDialog(anna.page)
  await expect(message(anna.page, 'YouTube blocked')).toBeVisible()
  await saveDialog(page)
  await expect(conflict(page)).toContainText('Video has changed meanwhile')
  const row = conflict(page).getByRole('row', { name: /YouTube/ })
  await expect(row).toContainText('shadow false')
  await expect(row).toContainText('shadow true')
  // Besides the head: what nobody else touched is in no question.
  await expect(conflict(page).getByRole('row')).toHaveCount(2)
  await row.getByRole('radio', { name: /^Theirs/ }).check()
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Video: \d+ on trial$/)).toBeVisible()
  expect(await stack.api('GET', '/services/youtube')).toMatchObject({ enabled: true, shadow: false })
  expect(await stack.api('GET', '/services/vimeo')).toMatchObject({ enabled: true, shadow: true })

  // One revision, whatever the services were before.
  const revision = async () =>
    (await stack.api<{ items: { revision: number }[] }>('GET', '/changes?limit=1')).items[0]!.revision
  const before = await revision()
  await undo(page)
  await expect(message(page, 'Taken back')).toBeVisible()
  expect(await revision()).toBe(before + 1)
  expect(await stack.api('GET', '/services/vimeo')).toMatchObject({ enabled: false })
  expect(await stack.api('GET', '/services/hulu')).toMatchObject({ enabled: true, shadow: false })
})
