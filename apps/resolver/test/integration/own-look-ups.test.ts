/** Names that Weir asks for itself: answered as a client's query is, and nobody's query. */
import { get } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { ask } from './dns-client.fixture.ts'
import { answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const PRINTER = '9.2.0.192.in-addr.arpa'

/** From the control socket, as the API asks. */
const control = (weir: ResolverProcess, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ socketPath: join(weir.dataDir, 'resolver.sock'), path }, (response) => resolve(text(response))).on(
      'error',
      reject,
    )
  })
const queriesOf = (metrics: string): number =>
  [...metrics.matchAll(/^weir_queries_total\{[^}]*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)

it('stand neither in the counts nor in the log', async () => {
  const upstream = await RawUpstream.start((_, query) => [
    answerTo(query, { answers: [{ type: 'PTR', name: PRINTER, ttl: 300, data: 'printer.example.org' }] }),
  ])
  onTestFinished(() => upstream.stop())
  const weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
  onTestFinished(() => weir.stop())
  await weir.startApi()
  const rule = {
    action: 'forward',
    match: 'suffix',
    pattern: '2.0.192.in-addr.arpa',
    servers: [`127.0.0.1:${upstream.port}`],
  }
  await weir.request('POST', '/rules', rule)
  const before = queriesOf(await control(weir, '/metrics'))
  expect(JSON.parse(await control(weir, `/reverse-name?name=${PRINTER}`))).toEqual({ name: 'printer.example.org' })
  expect(JSON.parse(await control(weir, '/reverse-name?name=..'))).toEqual({ name: null })
  expect(upstream.asked).toMatchObject([{ name: PRINTER, type: 'PTR' }])
  // The query behind them is counted, and alone in the log.
  expect(await ask(weir.port, PRINTER, 'PTR')).toMatchObject({ rcode: 'NOERROR' })
  await expect.poll(async () => queriesOf(await control(weir, '/metrics'))).toBe(before + 1)
  const logged = () => weir.request<{ items: { name: string; type: string }[] }>('GET', '/queries')
  await expect.poll(async () => (await logged()).items.length).toBe(1)
  expect(upstream.asked).toHaveLength(1)
})
