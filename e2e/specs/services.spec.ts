import { expect, test } from '@playwright/test'
import { message, openConsole, undo } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start()
})
test.afterAll(() => stack.stop())

const answersTo = async (name: string, type = 'A') => (await dig(stack.dnsPort, name, type)).answers

test('a service is found by one of its names, blocked, seen in the log, and released', async ({ page }) => {
  expect(await answersTo('i.ytimg.com')).toEqual([addressOf('i.ytimg.com')])
  await openConsole(page, stack, '/services')
  await page.keyboard.press('/')
  await page.keyboard.type('i.ytimg.com')
  const youtube = page.getByRole('switch', { name: 'YouTube', exact: true })
  await expect(page.getByRole('switch')).toHaveCount(1)
  await youtube.focus()
  await page.keyboard.press('Space')
  await expect(message(page, 'YouTube blocked')).toBeVisible()
  await expect(youtube).toBeChecked()
  expect(await answersTo('i.ytimg.com')).toEqual(['0.0.0.0'])
  expect((await dig(stack.dnsPort, 'www.youtube.com', 'HTTPS')).text).toContain('blocked by service YouTube')

  await page.getByRole('link', { name: /^for everyone ?: YouTube$/ }).click()
  const drawer = page.getByRole('dialog', { name: 'YouTube' })
  await drawer.getByLabel('Answer to blocked names').selectOption('NXDOMAIN: the name does not exist')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await expect(message(page, 'YouTube saved')).toBeVisible()
  expect((await dig(stack.dnsPort, 'youtu.be')).status).toBe('NXDOMAIN')

  await openConsole(page, stack, '/queries?ruleSet=youtube')
  await expect(page.getByRole('row', { name: 'youtu.be' }).first()).toContainText('service YouTube')
  await openConsole(page, stack, '/services?on=true')
  await youtube.click()
  await expect(message(page, 'YouTube released')).toBeVisible()
  await expect(page.getByText('No service is blocked')).toBeVisible()
  expect(await answersTo('youtu.be')).toEqual([addressOf('youtu.be')])
  await undo(page)
  await expect(youtube).toBeChecked()
  await expect.poll(async () => (await dig(stack.dnsPort, 'youtu.be')).status).toBe('NXDOMAIN')
})

test('safe search leads an engine to its safe host, in every type that leads to it', async ({ page }) => {
  await openConsole(page, stack, '/services')
  await page.getByRole('switch', { name: 'Google', exact: true }).click()
  await expect(message(page, 'Safe search of Google on')).toBeVisible()
  const safe = 'forcesafesearch.google.com.'
  expect(await answersTo('www.google.de')).toEqual([safe, addressOf('forcesafesearch.google.com')])
  expect(await answersTo('www.google.com', 'HTTPS')).toEqual([safe])
  expect(await stack.upstream.asked()).not.toContain('www.google.com HTTPS')
  await openConsole(page, stack, '/why?name=www.google.de')
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('by safe search of Google')
})
