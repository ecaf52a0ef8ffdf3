/** Timed overrides over an end of both processes: they still hold, and still end. */
import { expect, it, onTestFinished } from 'vitest'
import { ask } from './dns-client.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const SHORT_MS = 8000
const BLOCKED = '0.0.0.0'

it('hold behind a restart of resolver and API, and end when they would have', async () => {
  const upstream = await RawUpstream.start(({ name }, query) => [
    answerTo(query, { answers: [addressRecord(name, '192.0.2.1')] }),
  ])
  onTestFinished(() => upstream.stop())
  const weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
  onTestFinished(() => weir.stop())
  await weir.startApi()
  const block = (name: string, until: number) => weir.request('POST', '/overrides', { kind: 'block', name, until })
  const addressOf = async (name: string): Promise<unknown> => {
    const [answer] = (await ask(weir.port, name, 'A'))?.answers ?? []
    return answer?.type === 'A' ? answer.data : undefined
  }
  /** @returns when the override ends, after it was seen to hold: on a busy machine it may be over before one has looked */
  const blockShortly = async (ms: number): Promise<number> => {
    const endsAt = Date.now() + ms
    await block('short.example.org', endsAt)
    if ((await addressOf('short.example.org')) === BLOCKED) return endsAt
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt)
    return blockShortly(2 * ms)
  }
  await block('long.example.org', Date.now() + 3_600_000)
  expect(await addressOf('long.example.org')).toBe(BLOCKED)
  const endsAt = await blockShortly(SHORT_MS)
  await weir.api!.end()
  await weir.resolver.end()
  await weir.startResolver()
  // Before the API is back: what holds is the resolver's own knowledge.
  expect(await addressOf('long.example.org')).toBe(BLOCKED)
  await weir.startApi()
  const listed = async () => {
    const { items } = await weir.request<{ items: { name: string; endsAt: number }[] }>('GET', '/overrides')
    return items.map(({ name }) => name)
  }
  expect(await listed()).toContain('long.example.org')
  await expect.poll(() => addressOf('short.example.org')).toBe('192.0.2.1')
  expect(Date.now()).toBeGreaterThanOrEqual(endsAt)
  expect(await listed()).toEqual(['long.example.org'])
  expect(await addressOf('long.example.org')).toBe(BLOCKED)
})
