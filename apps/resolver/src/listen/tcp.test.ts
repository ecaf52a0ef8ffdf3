import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ManualClock } from '@weir/shared/clock'
import { afterEach, describe, expect, it } from 'vitest'
import type { QueryHandler } from '../query/ports.ts'
import { echo, HoldingHandler } from './query-handlers.fixture.ts'
import { FrameReader, frame } from './stream-framing.ts'
import { TcpListener, type TcpListenerOptions } from './tcp.ts'
import { MAX_QUERIES_IN_FLIGHT } from './tcp-connection.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

class Client {
  readonly socket: Socket
  readonly received: string[] = []
  readonly #reader = new FrameReader()
  hasEnded = false
  constructor(port: number, address: string) {
    this.socket = connect({ port, host: address, allowHalfOpen: true })
    this.socket.on('data', (chunk) => {
      this.#reader.append(chunk)
      for (let message = this.#reader.next(); message; message = this.#reader.next())
        this.received.push(Buffer.from(message).toString())
    })
    this.socket.on('end', () => {
      this.hasEnded = true
      this.socket.end()
    })
    this.socket.on('error', () => {})
  }
  send(...texts: string[]): void {
    this.socket.write(Buffer.concat(texts.map((text) => frame(Buffer.from(text), text.length))))
  }
}

async function listen(handler: QueryHandler, options: Partial<TcpListenerOptions> = {}): Promise<TcpListener> {
  const listener = new TcpListener({ endpoint: { address: '127.0.0.1', port: 0 }, handler, ...options })
  expect(await listener.start()).toEqual({ ok: true, value: undefined })
  cleanUps.push(() => listener.stop())
  return listener
}
async function open(listener: TcpListener): Promise<Client> {
  const client = new Client(listener.endpoint.port, listener.endpoint.address)
  cleanUps.push(() => client.socket.destroy())
  await once(client.socket, 'connect')
  return client
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn()
}

describe('a TCP listener', () => {
  it.each(['127.0.0.1', '::1'])('answers queries one behind the other on %s', async (address) => {
    const listener = await listen(echo, { endpoint: { address, port: 0 } })
    const client = await open(listener)
    client.send('one', 'two')
    client.send('three')
    await until(() => client.received.length === 3)
    expect(client.received).toEqual(['one', 'two', 'three'])
    expect(listener.counters).toMatchObject({ accepted: 1, received: 3, sent: 3, openConnections: 1 })
  })

  it('tells who asked, over what, and how long the answer may be', async () => {
    const seen: unknown[] = []
    const listener = await listen({
      handle(query, done) {
        seen.push([
          Buffer.from(query.clientAddress).toString('hex'),
          query.clientPort,
          query.transport,
          query.maxResponseOctets,
        ])
        echo.handle(query, done)
      },
    })
    const client = await open(listener)
    client.send('x')
    await until(() => client.received.length === 1)
    expect(seen).toEqual([['00000000000000000000ffff7f000001', client.socket.localPort, 1, 65_535]])
  })

  it('sends answers in the order in which they become ready', async () => {
    const handler = new HoldingHandler()
    const client = await open(await listen(handler))
    client.send('first', 'second', 'third')
    await until(() => handler.held.length === 3)
    handler.answer(2)
    handler.answer(0)
    handler.answer(0)
    await until(() => client.received.length === 3)
    expect(client.received).toEqual(['third', 'first', 'second'])
  })

  it('takes a message that comes octet by octet, and one of 65,535 octets', async () => {
    const client = await open(await listen(echo))
    client.socket.setNoDelay(true)
    for (const octet of frame(Buffer.from('slow'), 4)) {
      client.socket.write(Uint8Array.of(octet))
      await nextTurn()
    }
    const long = 'x'.repeat(65_535)
    client.send(long)
    await until(() => client.received.length === 2)
    expect(client.received).toEqual(['slow', long])
  })

  it('sends nothing for a dropped query and keeps the connection', async () => {
    const listener = await listen({
      handle(query, done) {
        if (query.messageLength === 4) done(query, false)
        else echo.handle(query, done)
      },
    })
    const client = await open(listener)
    client.send('drop', 'answer')
    await until(() => client.received.length === 1)
    expect(client.received).toEqual(['answer'])
  })

  it('answers what is due when the client has said its last word', async () => {
    const handler = new HoldingHandler()
    const client = await open(await listen(handler))
    client.socket.end(frame(Buffer.from('last'), 4))
    await until(() => handler.held.length === 1)
    handler.answer()
    await until(() => client.hasEnded)
    expect(client.received).toEqual(['last'])
  })

  it('stops reading a client with too many queries unanswered, and goes on later', async () => {
    const handler = new HoldingHandler()
    const client = await open(await listen(handler))
    client.send(...Array.from({ length: MAX_QUERIES_IN_FLIGHT + 50 }, (_, i) => `q${i}`))
    await until(() => handler.held.length === MAX_QUERIES_IN_FLIGHT)
    for (let i = 0; i < 10; i++) await nextTurn()
    expect(handler.held).toHaveLength(MAX_QUERIES_IN_FLIGHT)
    while (client.received.length < MAX_QUERIES_IN_FLIGHT + 50) {
      while (handler.held.length > 0) handler.answer()
      await nextTurn()
    }
    expect(new Set(client.received).size).toBe(MAX_QUERIES_IN_FLIGHT + 50)
  })

  it('shares few slots among many connections', async () => {
    const handler = new HoldingHandler()
    const listener = await listen(handler, { waitingQueries: 1 })
    const clients = await Promise.all([open(listener), open(listener), open(listener)])
    for (const client of clients) client.send('a', 'b')
    const receivedCount = (): number => clients.reduce((sum, { received }) => sum + received.length, 0)
    while (receivedCount() < 6) {
      expect(handler.held.length).toBeLessThanOrEqual(1)
      if (handler.held.length > 0) handler.answer()
      await nextTurn()
    }
  })

  it('stops reading a client that does not read, and closes it when that lasts', async () => {
    const clock = new ManualClock()
    const big: QueryHandler = {
      handle(query, done) {
        query.outLength = 60_000
        done(query, true)
      },
    }
    const listener = await listen(big, { clock })
    const client = await open(listener)
    client.socket.pause()
    for (let i = 0; i < 2000; i++) client.send('q')
    let before = -1
    while (before !== listener.counters.received) {
      before = listener.counters.received
      for (let i = 0; i < 50; i++) await nextTurn()
    }
    expect(listener.counters.received).toBeLessThan(2000)
    clock.advance(10_000)
    listener.sweep()
    expect(listener.counters.closedSlow).toBe(1)
    await until(() => listener.counters.openConnections === 0)
  })

  it('closes a connection that has been idle for its time, and not one that waits for an answer', async () => {
    const clock = new ManualClock()
    const handler = new HoldingHandler()
    const listener = await listen(handler, { clock })
    const idle = await open(listener)
    const waiting = await open(listener)
    waiting.send('x')
    await until(() => handler.held.length === 1 && listener.counters.openConnections === 2)
    clock.advance(9999)
    listener.sweep()
    expect(listener.counters.closedIdle).toBe(0)
    clock.advance(1)
    listener.sweep()
    await until(() => idle.hasEnded)
    expect(listener.counters).toMatchObject({ closedIdle: 1, closedSlow: 0 })
    handler.answer()
    await until(() => waiting.received.length === 1)
  })

  it('waits less for idle ones when most places are taken', async () => {
    const clock = new ManualClock()
    const listener = await listen(echo, { clock, maxConnections: 3 })
    const clients = [await open(listener), await open(listener)]
    await until(() => listener.counters.openConnections === 2)
    clock.advance(2500)
    listener.sweep()
    await until(() => clients.every(({ hasEnded }) => hasEnded))
    expect(listener.counters.closedIdle).toBe(2)
  })

  it.each([
    ['in its length', [0]],
    ['in its octets', [0, 9, 1]],
  ])('closes a connection whose message stops %s', async (_, octets) => {
    const clock = new ManualClock()
    const listener = await listen(echo, { clock, idleTimeoutMs: 60_000 })
    const client = await open(listener)
    client.send('whole')
    await until(() => client.received.length === 1)
    client.socket.write(Uint8Array.from(octets))
    let turns = 0
    while (listener.counters.closedSlow === 0) {
      if (++turns % 20 === 0) clock.advance(5000)
      listener.sweep()
      await nextTurn()
    }
    await until(() => listener.counters.openConnections === 0)
  })

  it('refuses a client its connections over the cap', async () => {
    const listener = await listen(echo, { maxConnectionsPerClient: 1 })
    const first = await open(listener)
    const second = await open(listener)
    await once(second.socket, 'close')
    expect(listener.counters).toMatchObject({ refusedClientFull: 1, openConnections: 1 })
    first.send('still here')
    await until(() => first.received.length === 1)
  })

  it('closes the longest idle connection for a new one when all places are taken, or else refuses', async () => {
    const handler = new HoldingHandler()
    const listener = await listen(handler, { maxConnections: 1 })
    const idle = await open(listener)
    await until(() => listener.counters.accepted === 1)
    const busy = await open(listener)
    await once(idle.socket, 'close')
    busy.send('x')
    await until(() => handler.held.length === 1)
    const refused = await open(listener)
    await once(refused.socket, 'close')
    expect(listener.counters).toMatchObject({ evicted: 1, refusedFull: 1 })
    handler.answer()
    await until(() => busy.received.length === 1)
  })

  it('closes the one that has been idle for longest, not the one that came first', async () => {
    const clock = new ManualClock()
    const listener = await listen(echo, { maxConnections: 2, clock })
    const first = await open(listener)
    await until(() => listener.counters.accepted === 1)
    clock.advance(1000)
    const second = await open(listener)
    await until(() => listener.counters.accepted === 2)
    clock.advance(1000)
    first.send('x')
    await until(() => first.received.length === 1)
    await open(listener)
    await once(second.socket, 'close')
    first.send('y')
    await until(() => first.received.length === 2)
  })

  it('has no more connections than it may when many come in one turn of the event loop', async () => {
    const listener = await listen(echo, { maxConnections: 2 })
    const clients = Array.from({ length: 12 }, () => new Client(listener.endpoint.port, listener.endpoint.address))
    for (const { socket } of clients) cleanUps.push(() => socket.destroy())
    let most = 0
    await until(() => {
      most = Math.max(most, listener.counters.openConnections)
      return listener.counters.accepted === 12
    })
    expect(most).toBeLessThanOrEqual(2)
    expect(listener.counters).toMatchObject({ evicted: 10, openConnections: 2, refusedFull: 0 })
  })

  it('forgets the answer of a client that has gone', async () => {
    const handler = new HoldingHandler()
    const listener = await listen(handler)
    const client = await open(listener)
    client.send('x')
    await until(() => handler.held.length === 1)
    client.socket.resetAndDestroy()
    await until(() => listener.counters.openConnections === 0)
    handler.answer()
    const other = await open(listener)
    other.send('y')
    await until(() => handler.held.length === 1)
    handler.answer()
    await until(() => other.received.length === 1)
  })

  it('names an address that it cannot have', async () => {
    const { endpoint } = await listen(echo)
    const started = await new TcpListener({ endpoint, handler: echo }).start()
    expect(started).toMatchObject({ ok: false, error: { kind: 'address-in-use', transport: 'tcp', endpoint } })
    if (!started.ok) expect(started.error.detail).toContain(`TCP 127.0.0.1:${endpoint.port} is in use`)
  })

  it('sends the answers that are due before it stops', async () => {
    const handler = new HoldingHandler()
    const listener = await listen(handler)
    const client = await open(listener)
    client.send('due')
    await until(() => handler.held.length === 1)
    const stopped = listener.stop()
    await nextTurn()
    handler.answer()
    await stopped
    await until(() => client.hasEnded)
    expect(client.received).toEqual(['due'])
  })
})
