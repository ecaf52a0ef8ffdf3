import { expect, type Page, test } from '@playwright/test'
import { message, openConsole } from '../fixtures/console.ts'
import { conflict, secondAdmin } from '../fixtures/second-admin.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())
const anna = secondAdmin(() => stack)

const rule = (pattern: string) =>
  stack.api<{ id: number }>('POST', '/rules', { action: 'block', match: 'exact', pattern, comment: 'first' })
const stored = (id: number) =>
  stack.api<{ comment: string; enabled: boolean; ttlSeconds: number | null }>('GET', `/rules/${id}`)
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()

/** Both open the same rule; Anna is faster. */
async function bothEdit(page: Page, id: number): Promise<void> {
  await openConsole(page, stack, `/rules?edit=${id}`)
  await anna.open(`/rules?edit=${id}`)
  await page.getByRole('textbox', { name: 'Comment' }).fill('mine')
  await anna.page.getByRole('textbox', { name: 'Comment' }).fill('of Anna')
  await save(anna.page)
  await expect(message(anna.page, /^Saved/)).toBeVisible()
  await save(page)
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /comment/ })).toContainText('of Anna')
  await expect(conflict(page).getByRole('row', { name: /comment/ })).toContainText('mine')
}

test('the second of two is told who was faster, and finds the form as it was', async ({ page }) => {
  const { id } = await rule('both.example.org')
  await bothEdit(page, id)
  await page.getByRole('button', { name: 'Back to the form' }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveValue('mine')
  expect(await stored(id)).toMatchObject({ comment: 'of Anna' })
  await save(page)
  await page.getByRole('button', { name: 'Overwrite with yours' }).click()
  await expect(message(page, /^Saved/)).toBeVisible()
  expect(await stored(id)).toMatchObject({ comment: 'mine' })
})

test('theirs can be taken, and the form closes', async ({ page }) => {
  const { id } = await rule('theirs.example.org')
  await bothEdit(page, id)
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeHidden()
  expect(await stored(id)).toMatchObject({ comment: 'of Anna' })
})

test('both can be merged, field by field', async ({ page }) => {
  const { id } = await rule('merge.example.org')
  await openConsole(page, stack, `/rules?edit=${id}`)
  await anna.open(`/rules?edit=${id}`)
  await page.getByRole('textbox', { name: 'Comment' }).fill('mine')
  await anna.page.getByRole('textbox', { name: 'Comment' }).fill('of Anna')
  await anna.page.getByRole('switch', { name: 'On', exact: true }).click()
  await save(anna.page)
  await expect(message(anna.page, /^Saved/)).toBeVisible()
  await save(page)
  // What this form did not touch is Anna's, unless one says otherwise.
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Saved/)).toBeVisible()
  expect(await stored(id)).toMatchObject({ comment: 'mine', enabled: false })
})

test('a list whose comment changed meanwhile is switched off without a conflict', async ({ page }) => {
  const list = await stack.api<{ id: number }>('POST', '/lists', { name: 'Mine', kind: 'block', text: 'a.example' })
  await openConsole(page, stack, `/lists?open=${list.id}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('switch', { name: 'On', exact: true })).toBeVisible()
  await stack.api('PATCH', `/lists/${list.id}`, { comment: 'from elsewhere' })
  await page.getByRole('switch', { name: 'On', exact: true }).click()
  await expect(message(page, 'Mine saved')).toBeVisible()
})

test('a list: its name follows the other, and two names are a question', async ({ page }) => {
  const { id } = await stack.api<{ id: number }>('POST', '/lists', { name: 'Ads', kind: 'block', text: 'a.example' })
  const openSettings = async (of: Page) => {
    await of.getByRole('dialog').getByRole('button', { name: 'Settings' }).click()
    await expect(of.getByLabel('Name', { exact: true })).toHaveValue('Ads')
  }
  await openConsole(page, stack, `/lists?open=${id}`)
  await openSettings(page)
  await anna.open(`/lists?open=${id}`)
  await openSettings(anna.page)
  const rename = async (of: Page, name: string) => {
    await of.getByLabel('Name', { exact: true }).fill(name)
    await of.getByLabel('Name', { exact: true }).blur()
  }
  await rename(anna.page, 'Banners')
  await expect(message(anna.page, 'Banners saved')).toBeVisible()
  // Nobody has typed here: what is in the field is no draft that would be saved over hers.
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Banners')
  await page.getByLabel('Name', { exact: true }).fill('Advertising')
  await rename(anna.page, 'Banners and popups')
  await expect(message(anna.page, 'Banners and popups saved')).toBeVisible()
  await page.getByLabel('Name', { exact: true }).blur()
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /name/ })).toContainText('Banners and popups')
  await expect(conflict(page).getByRole('row', { name: /name/ })).toContainText('Advertising')
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Banners and popups')
  expect(await stack.api('GET', `/lists/${id}`)).toMatchObject({ name: 'Banners and popups' })
})

test('a list: an answer that one side left alone is the other’s, and the second is told what else changed', async ({
  page,
}) => {
  const { id } = await stack.api<{ id: number }>('POST', '/lists', { name: 'Games', kind: 'block', text: 'b.example' })
  await openConsole(page, stack, `/lists?open=${id}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Settings' }).click()
  await stack.api('PATCH', `/lists/${id}`, { answer: { kind: 'nxdomain' } })
  await expect(page.getByLabel('Answer to blocked names')).toHaveValue('nxdomain')
  await expect(page.getByRole('button', { name: 'Save the answer' })).toHaveCount(0)
  await page.getByLabel('Answer to blocked names').selectOption('refused')
  await anna.open(`/lists?open=${id}`)
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Settings' }).click()
  await anna.page.getByRole('switch', { name: 'Pinned to its version' }).click()
  await expect(message(anna.page, 'Games saved')).toBeVisible()
  await page.getByRole('button', { name: 'Save the answer' }).click()
  await expect(message(page, 'anna has changed Games meanwhile too: pinned false → true. Both hold.')).toBeVisible()
  expect(await stack.api('GET', `/lists/${id}`)).toMatchObject({ answer: { kind: 'refused' }, pinned: true })
})

test('settings: two at different fields of one section both hold, and the second is told', async ({ page }) => {
  const { blocking } = await stack.api<{ blocking: { ttlSeconds: number } }>('GET', '/settings')
  await openConsole(page, stack, '/settings?section=blocking')
  const panel = (of: Page) => of.getByRole('region', { name: 'Blocking', exact: true })
  await panel(page).getByRole('switch', { name: 'Inspect answers' }).click()
  await anna.open('/settings?section=blocking')
  await panel(anna.page).getByLabel('TTL of block answers').fill('17')
  await panel(anna.page).getByRole('button', { name: 'Save' }).click()
  await expect(message(anna.page, /^Saved and in effect/)).toBeVisible()
  const change = `TTL ${blocking.ttlSeconds} → 17`
  await expect(panel(page).getByRole('status')).toContainText(`Somebody else has saved meanwhile: ${change}`)
  await expect(panel(page).getByLabel('TTL of block answers')).toHaveValue('17')
  await panel(page).getByRole('button', { name: 'Save' }).click()
  await expect(message(page, `anna has changed Settings meanwhile too: blocking ${change}. Both hold.`)).toBeVisible()
  expect(await stack.api('GET', '/settings')).toMatchObject({ blocking: { ttlSeconds: 17, inspectAnswers: false } })
  await expect(panel(page).getByRole('status')).toBeEmpty()
  await stack.api('PATCH', '/settings', { blocking })
})

test('settings: two at one field of a section are asked about it', async ({ page }) => {
  const { blocking } = await stack.api<{ blocking: object }>('GET', '/settings')
  await openConsole(page, stack, '/settings?section=blocking')
  const panel = (of: Page) => of.getByRole('region', { name: 'Blocking', exact: true })
  await panel(page).getByLabel('TTL of block answers').fill('18')
  await anna.open('/settings?section=blocking')
  await panel(anna.page).getByLabel('TTL of block answers').fill('19')
  await panel(anna.page).getByRole('button', { name: 'Save' }).click()
  await expect(message(anna.page, /^Saved and in effect/)).toBeVisible()
  await panel(page).getByRole('button', { name: 'Save' }).click()
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /TTL/ })).toContainText('19')
  await expect(conflict(page).getByRole('row', { name: /TTL/ })).toContainText('18')
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
  expect(await stack.api('GET', '/settings')).toMatchObject({ blocking: { ttlSeconds: 18 } })
  await stack.api('PATCH', '/settings', { blocking })
})

test('settings of different sections do not get in each other’s way', async ({ page }) => {
  await openConsole(page, stack, '/settings?section=cache')
  const field = page.getByLabel(/Longest TTL/i).first()
  await field.fill('5000')
  await stack.api('PATCH', '/settings', { blocking: { ttlSeconds: 11 } })
  await save(page)
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
})

test('upstreams: what the other wrote is shown, and both are kept', async ({ page }) => {
  const { upstreams } = await stack.api<{ upstreams: { servers: string[] } }>('GET', '/settings')
  const saveServers = (of: Page) =>
    of.getByRole('region', { name: 'Upstreams' }).getByRole('button', { name: 'Save' }).click()
  const theirs = [...upstreams.servers, '192.0.2.53']
  await openConsole(page, stack, '/settings?section=upstreams')
  await page.getByLabel('Attempts').fill('5')
  await page.getByLabel('Servers, one a line').fill([...upstreams.servers, '192.0.2.54'].join('\n'))
  await anna.open('/settings?section=upstreams')
  await anna.page.getByLabel('Servers, one a line').fill(theirs.join('\n'))
  await saveServers(anna.page)
  await expect(message(anna.page, /^Saved and in effect/)).toBeVisible()
  await saveServers(page)
  await expect(conflict(page)).toContainText('anna')
  const servers = conflict(page).getByRole('row', { name: /servers/ })
  await expect(servers).toContainText('192.0.2.53')
  await expect(servers).toContainText('192.0.2.54')
  await servers.getByRole('radio', { name: /^Theirs/ }).check()
  await page.getByRole('button', { name: 'Save as picked' }).click()
  await expect(message(page, /^Saved and in effect/)).toBeVisible()
  expect(await stack.api('GET', '/settings')).toMatchObject({ upstreams: { attempts: 5, servers: theirs } })
  await stack.api('PATCH', '/settings', { upstreams })
})

test('safe search: nothing is saved before the second has seen what the first switched', async ({ page }) => {
  await openConsole(page, stack, '/services?open=bing')
  await page.getByLabel('Hold it to safe results').check()
  await page.getByRole('switch', { name: 'Only record what it would do' }).click()
  await anna.open('/services?open=bing')
  await anna.page.getByLabel('Hold it to safe results').check()
  await save(anna.page)
  await expect(message(anna.page, /Bing/)).toBeVisible()
  await save(page)
  await expect(conflict(page)).toContainText('anna')
  await expect(conflict(page).getByRole('row', { name: /shadow/ })).toContainText('true')
  await page.getByRole('button', { name: 'Take theirs' }).click()
  await expect(page.getByLabel('Hold it to safe results')).toBeHidden()
  expect(await stack.api('GET', '/safe-search/bing')).toMatchObject({ enabled: true, shadow: false })
})

test('overrides: one that the other ended goes by itself, and ending it again says so', async ({ page }) => {
  const start = (name: string) => stack.api('POST', '/overrides', { kind: 'block', name, minutes: 30 })
  const endOf = (at: Page, name: string) => at.getByRole('button', { name: `End now: ${name} blocked, Everyone` })
  await start('one.example.org')
  await openConsole(page, stack, '/overrides')
  await expect(endOf(page, 'one.example.org')).toBeVisible()
  await anna.open('/overrides')
  await endOf(anna.page, 'one.example.org').click()
  await expect(message(anna.page, /^Ended: one/)).toBeVisible()
  await expect(page.getByText('Nothing is overridden')).toBeVisible()
  // Where the page has not heard of it yet.
  await start('two.example.org')
  await expect(endOf(page, 'two.example.org')).toBeVisible()
  await page.route('**/api/v1/overrides', (route) => route.abort())
  await endOf(anna.page, 'two.example.org').click()
  await expect(message(anna.page, /^Ended: two/)).toBeVisible()
  await endOf(page, 'two.example.org').click()
  await expect(message(page, 'Ended already: two.example.org blocked, Everyone')).toBeVisible()
})
