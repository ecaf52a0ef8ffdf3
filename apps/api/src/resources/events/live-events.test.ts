import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sample } from '@weir/shared/contract/stats'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../../testing/test-api.ts'
import { CUT_ABOVE_OCTETS, EventStream, formatEvent, SKIP_ABOVE_OCTETS } from './event-stream.ts'
import { LiveEvents } from './live-events.ts'

let api: TestApi
let live: LiveEvents
beforeEach(async () => {
  api = await startTestApi()
  live = new LiveEvents(api.deps)
})
afterEach(async () => {
  live.close()
  await api.close()
})

const sample = { at: 1 } as Sample
/** Reads until `text` has come; fails by the test's time limit. */
async function readUntil(stream: EventStream, text: string): Promise<string> {
  let read = ''
  for (;;) {
    read += stream.read()?.toString() ?? ''
    if (read.includes(text)) return read
    await new Promise((resolve) => stream.once('readable', resolve))
  }
}

describe('live events', () => {
  it('fan one resolver stream out to all, and end it with the last', async () => {
    const [first, second] = [live.open(), live.open()]
    await readUntil(first, '"state":"up"')
    await expect.poll(() => api.resolver.streamCount).toBe(1)
    api.resolver.send({ kind: 'sample', sample })
    api.resolver.send({ kind: 'queries', entries: [], skipped: 4 })
    for (const stream of [first, second]) {
      const text = await readUntil(stream, 'event: query')
      expect(text).toContain('event: sample\ndata: {"at":1}\n\n')
      expect(text).toContain('event: query\ndata: {"entries":[],"skipped":4}\n\n')
    }
    first.destroy()
    second.destroy()
    await expect.poll(() => api.resolver.streamCount).toBe(0)
    expect(live.count).toBe(0)
  })
  it('tell a newcomer the state of the resolver, and everybody when it goes and comes back', async () => {
    const first = live.open()
    await readUntil(first, '"state":"up"')
    expect(await readUntil(live.open(), '"state"')).toContain('"state":"up"')
    await api.resolver.stop()
    await readUntil(first, '"state":"down"')
    await api.resolver.start()
    await readUntil(first, '"state":"up"')
  })
  it('tell of configuration changes and of what lists do', async () => {
    const stream = live.open()
    api.deps.events.publish('list', { listId: 3 })
    await readUntil(stream, 'event: list\ndata: {"listId":3}')
    const body = { action: 'block', match: 'exact', pattern: 'example.org' }
    await api.call('POST', '/api/v1/rules', { body })
    const text = await readUntil(stream, 'event: change')
    expect(text).toContain('"entity":"rule","count":1')
  })
  it('tell once how far a compile is, the console and whoever listens in this process', async () => {
    const stream = live.open()
    await readUntil(stream, '"state":"up"')
    await expect.poll(() => api.resolver.streamCount).toBe(1)
    const heard: unknown[] = []
    api.deps.events.subscribe(({ name, data }) => void (name === 'resolver' && heard.push(data)))
    const progress = { revision: 3, namesDone: 1, namesTotal: 4 }
    api.resolver.send({ kind: 'compile', progress })
    api.resolver.send({ kind: 'sample', sample })
    const text = await readUntil(stream, 'event: sample')
    expect(text.match(/"namesDone":1/g)).toHaveLength(1)
    expect(heard).toEqual([{ state: 'up', at: expect.any(Number), compile: progress }])
  })
})

describe('a slow client', () => {
  const big = 'x'.repeat(SKIP_ABOVE_OCTETS)
  it('misses samples and queries, but no other event', () => {
    const stream = new EventStream()
    stream.send('list', formatEvent('list', big))
    stream.send('sample', formatEvent('sample', 1))
    stream.send('change', formatEvent('change', 2))
    stream.send('query', formatEvent('query', 3))
    expect(stream.skippedCount).toBe(2)
    const text = stream.read().toString()
    expect(text).toContain('event: change')
    expect(text).not.toContain('event: sample')
  })
  it('is cut when too much waits for it', () => {
    const stream = new EventStream()
    for (let octets = 0; octets <= CUT_ABOVE_OCTETS + big.length; octets += big.length)
      stream.send('list', formatEvent('list', big))
    expect(stream.destroyed).toBe(true)
  })
})

describe('GET /api/v1/events', () => {
  it('lets 64 listen, tells the next to come back later, and has room when one leaves', async () => {
    await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const open = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) =>
        request({ port, host: '127.0.0.1', path: '/api/v1/events', headers, agent: false }, resolve)
          .on('error', reject)
          .end(),
      )
    const streams = await Promise.all(Array.from({ length: 64 }, open))
    expect(new Set(streams.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    const refused = await open()
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('15')
    streams[0]?.destroy()
    const openAnother = async (): Promise<number | undefined> => {
      const next = await open()
      if (next.statusCode === 200) streams.push(next)
      else next.destroy()
      return next.statusCode
    }
    await expect.poll(openAnother).toBe(200)
    for (const stream of [refused, ...streams]) stream.destroy()
  })

  it('streams over HTTP until the client leaves, and closing the app does not wait for it', async () => {
    await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const text = await new Promise<string>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', path: '/api/v1/events', headers }, (response) => {
        expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        expect(response.headers['content-security-policy']).toContain("default-src 'none'")
        let read = ''
        response.on('error', () => {})
        response.on('data', (chunk) => {
          read += chunk
          if (read.includes('event: resolver')) resolve(read)
        })
      })
      call.on('error', reject)
      call.end()
    })
    expect(text).toMatch(/^retry: 2000\n\n/)
    await api.app.server.close()
  })
})
