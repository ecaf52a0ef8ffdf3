import { connect } from 'node:tls'
import { expect, type Page, test } from '@playwright/test'
import { type Answer, streamDecode, streamEncode } from 'dns-packet'
import { CERTIFICATE } from '../fixtures/certificate.ts'
import { openConsole } from '../fixtures/console.ts'
import { dig } from '../fixtures/dig.ts'
import { addressOf } from '../fixtures/fake-upstream.ts'
import { Stack } from '../fixtures/stack.ts'

const NAME = 'game.example.org'
const TRIED = 'track.example.org'
const BLOCKED = ['0.0.0.0']

let stack: Stack
test.beforeAll(async () => {
  stack = await Stack.start({ hasTls: true })
  await stack.api('POST', '/groups', { name: 'Kids', clients: ['id:tablet'] })
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: NAME, groups: [2] })
  await stack.api('POST', '/rules', { action: 'block', match: 'exact', pattern: TRIED, groups: [2], shadow: true })
})
test.afterAll(() => stack.stop())

/** Over HTTPS, as a client does that is set up with this path. */
const overHttps = async (path: string, name: string): Promise<string[]> =>
  (await dig(stack.tlsPorts.doh, name, 'A', `+https=${path}`)).answers

/** Over TLS, as a client does that is set up with this server name, which it holds the certificate to. */
function overTls(servername: string, name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: stack.tlsPorts.dot, servername, ca: CERTIFICATE }, () =>
      socket.write(streamEncode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type: 'A', name }] })),
    )
    const parts: Buffer[] = []
    socket.on('error', reject)
    socket.on('data', (part) => {
      parts.push(part)
      const message = Buffer.concat(parts)
      if (message.length < 2 || message.length < 2 + message.readUInt16BE(0)) return
      socket.end()
      resolve((streamDecode(message).answers ?? []).map((answer: Answer) => String((answer as { data: unknown }).data)))
    })
  })
}

/** Opens the newest query of the client in the log. */
async function openLogged(page: Page, name: string, transport: string): Promise<void> {
  await openConsole(page, stack, `/queries?client=id:tablet&name=${name}`)
  const row = page.getByRole('row', { name }).filter({ hasText: 'id:tablet' }).first()
  await expect(row).toBeVisible()
  await row.click()
  await expect(page.getByRole('dialog', { name: 'Query' }).getByText(transport, { exact: true })).toBeVisible()
}

test('an id in the path of DNS over HTTPS leads to its group, into the log, and to Why?', async ({ page }) => {
  expect(await overHttps('/dns-query/tablet', NAME)).toEqual(BLOCKED)
  expect(await overHttps('/dns-query', NAME)).toEqual([addressOf(NAME)])
  expect(await overHttps('/dns-query/phone', NAME)).toEqual([addressOf(NAME)])
  await openLogged(page, NAME, 'HTTPS')
  await page.getByRole('link', { name: 'Why? By the policy of that moment' }).click()
  await expect(page.getByRole('region', { name: 'Decision' })).toContainText('Blocked by own rule')
  await expect(page.getByRole('region', { name: 'The way to it' })).toContainText(/group Kids, by id:tablet/)
})

test('an id before the server name of DNS over TLS does the same', async ({ page }) => {
  expect(await overTls('tablet.dns.example', NAME)).toEqual(BLOCKED)
  expect(await overTls('dns.example', NAME)).toEqual([addressOf(NAME)])
  await openLogged(page, NAME, 'TLS')
})

test('what only records for the group of an id is logged with both, and Why? says so of that moment', async ({
  page,
}) => {
  expect(await overHttps('/dns-query/tablet', TRIED)).toEqual([addressOf(TRIED)])
  expect(await overTls('tablet.dns.example', TRIED)).toEqual([addressOf(TRIED)])
  expect(await overHttps('/dns-query', TRIED)).toEqual([addressOf(TRIED)])
  const logged = () => stack.api<{ items: { id: number; clientId: string }[] }>('GET', '/queries?shadow=blocked')
  await expect.poll(async () => (await logged()).items.map(({ clientId }) => clientId)).toEqual(['tablet', 'tablet'])
  await stack.api('DELETE', '/rules/2')
  const [query] = (await logged()).items
  await openConsole(page, stack, `/why?query=${query!.id}`)
  await expect(page.getByText('only recorded: it would be blocked (0.0.0.0)')).toBeVisible()
})
