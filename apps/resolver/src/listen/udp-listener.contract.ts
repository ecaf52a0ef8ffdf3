/** What every UDP listener must do, run against each implementation on real sockets. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { QueryHandler } from '../query/ports.ts'
import { DatagramClient } from './datagram-client.fixture.ts'
import { echo, HoldingHandler } from './query-handlers.fixture.ts'
import type { UdpListenerOptions } from './udp-dgram.ts'
import { MAX_UDP_QUERY_OCTETS, type UdpListener } from './udp-socket.ts'

export function describeUdpListener(name: string, create: (options: UdpListenerOptions) => UdpListener): void {
  describe(`${name} is a UDP listener: it`, () => {
    const cleanUps: (() => Promise<unknown> | unknown)[] = []
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
    })

    async function listen(
      handler: QueryHandler,
      address = '127.0.0.1',
      more: Partial<UdpListenerOptions> = {},
    ): Promise<UdpListener> {
      const listener = create({ endpoint: { address, port: 0 }, handler, ...more })
      expect(await listener.start()).toEqual({ ok: true, value: undefined })
      cleanUps.push(() => listener.stop())
      return listener
    }
    async function connect(listener: UdpListener, address = listener.endpoint.address): Promise<DatagramClient> {
      const client = new DatagramClient(address, listener.endpoint.port)
      cleanUps.push(() => client.close())
      await client.open()
      return client
    }

    it('answers from the port that the system chose', async () => {
      const listener = await listen(echo)
      expect(listener.endpoint.port).toBeGreaterThan(0)
      const client = await connect(listener)
      client.send('hello')
      expect(await client.receive(1)).toEqual(['hello'])
      expect(client.peers).toEqual(new Set([`127.0.0.1:${listener.endpoint.port}`]))
      expect(listener.counters).toMatchObject({ received: 1, sent: 1, sendErrors: 0 })
    })

    it('tells what the system gives to queries that wait', async () => {
      const listener = create({ endpoint: { address: '127.0.0.1', port: 0 }, handler: echo })
      expect(listener.readSocket()).toBe(0)
      await listener.start()
      cleanUps.push(() => listener.stop())
      expect(listener.readSocket()).toBeGreaterThan(0)
      expect(listener.counters.droppedNoRoom).toBe(0)
    })

    it('tells who asked, and when', async () => {
      const seen: unknown[] = []
      const clock = { now: () => 1000, monotonic: () => 7 }
      const listener = await listen(
        {
          handle(query, done) {
            seen.push([
              Buffer.from(query.clientAddress).toString('hex'),
              query.clientPort,
              query.receivedAtMs,
              query.startedAtMs,
            ])
            echo.handle(query, done)
          },
        },
        '127.0.0.1',
        { clock },
      )
      const client = await connect(listener)
      client.send('x')
      await client.receive(1)
      expect(seen).toEqual([['00000000000000000000ffff7f000001', client.port, 1000, 7]])
    })

    it('serves IPv6', async () => {
      const clients: string[] = []
      const listener = await listen(
        {
          handle(query, done) {
            clients.push(Buffer.from(query.clientAddress).toString('hex'))
            echo.handle(query, done)
          },
        },
        '::1',
      )
      const client = await connect(listener)
      client.send('six')
      expect(await client.receive(1)).toEqual(['six'])
      expect(clients).toEqual(['00000000000000000000000000000001'])
    })

    it('keeps queries apart that wait at the same time, whatever the order of answers', async () => {
      const handler = new HoldingHandler()
      const listener = await listen(handler)
      const clients = await Promise.all([connect(listener), connect(listener), connect(listener)])
      for (const [i, client] of clients.entries()) for (let n = 0; n < 20; n++) client.send(`client ${i} query ${n}`)
      while (handler.held.length < 60) await nextTurn()
      handler.held.reverse()
      handler.answerAll()
      for (const [i, client] of clients.entries()) {
        const expected = Array.from({ length: 20 }, (_, n) => `client ${i} query ${n}`)
        expect((await client.receive(20)).sort()).toEqual(expected.sort())
      }
    })

    it('loses none of 2,000 queries that come a few at a time', async () => {
      const listener = await listen(echo)
      const client = await connect(listener)
      for (let sent = 0; sent < 2000; sent += 50) {
        for (let i = 0; i < 50; i++) client.send(`q${sent + i}`)
        await client.receive(sent + 50)
      }
      expect(new Set(client.received).size).toBe(2000)
      expect(listener.counters).toMatchObject({ received: 2000, sent: 2000, droppedNoSlot: 0 })
    })

    it('drops, and counts, what it has no slot for, and goes on', async () => {
      const handler = new HoldingHandler()
      const listener = await listen(handler, '127.0.0.1', { waitingQueries: 2 })
      const client = await connect(listener)
      for (let i = 0; i < 5; i++) client.send(`q${i}`)
      while (listener.counters.droppedNoSlot < 3) await nextTurn()
      handler.answerAll()
      await client.receive(2)
      client.send('later')
      while (handler.held.length === 0) await nextTurn()
      handler.answerAll()
      expect(await client.receive(3)).toContain('later')
    })

    it('hands over empty datagrams and the longest ones, and drops longer ones', async () => {
      const lengths: number[] = []
      const listener = await listen({
        handle(query, done) {
          lengths.push(query.messageLength)
          done(query, false)
        },
      })
      const client = await connect(listener)
      for (const length of [0, 1, MAX_UDP_QUERY_OCTETS, MAX_UDP_QUERY_OCTETS + 1, 60_000, 12])
        client.send('x'.repeat(length))
      while (lengths.length < 4 || listener.counters.droppedUnusable < 2) await nextTurn()
      expect(lengths).toEqual([0, 1, MAX_UDP_QUERY_OCTETS, 12])
      expect(listener.counters.sent).toBe(0)
    })

    it('counts an answer that the system refuses to send', async () => {
      const listener = await listen({
        handle(query, done) {
          // Longer than a datagram can be.
          query.out = new Uint8Array(70_000)
          query.outLength = 66_000
          done(query, true)
        },
      })
      const client = await connect(listener)
      client.send('x')
      while (listener.counters.sendErrors === 0) await nextTurn()
      expect(listener.counters.sent).toBe(0)
    })

    it('shares one port with a second one', async () => {
      const counts = [0, 0]
      const counting = (i: number): QueryHandler => ({
        handle(query, done) {
          counts[i]!++
          echo.handle(query, done)
        },
      })
      const first = await listen(counting(0))
      const second = create({ endpoint: first.endpoint, handler: counting(1) })
      expect((await second.start()).ok).toBe(true)
      cleanUps.push(() => second.stop())
      expect(second.endpoint).toEqual(first.endpoint)
      // The kernel chooses by the client's port: with 40 of them, one side alone is out of the question.
      for (let i = 0; i < 40; i++) {
        const client = await connect(first)
        client.send('x')
        await client.receive(1)
      }
      expect(counts[0]! + counts[1]!).toBe(40)
      expect(Math.min(...counts)).toBeGreaterThan(0)
    })

    it('names an address that it cannot have', async () => {
      const taken = createSocket('udp4')
      cleanUps.push(() => taken.close())
      taken.bind(0, '127.0.0.1')
      await once(taken, 'listening')
      const { port } = taken.address()
      const listener = create({ endpoint: { address: '127.0.0.1', port }, handler: echo })
      const started = await listener.start()
      expect(started).toMatchObject({ ok: false, error: { kind: 'address-in-use', transport: 'udp' } })
      if (!started.ok) expect(started.error.detail).toContain(`127.0.0.1:${port}`)
      const foreign = create({ endpoint: { address: '192.0.2.1', port: 0 }, handler: echo })
      expect(await foreign.start()).toMatchObject({ ok: false, error: { kind: 'address-not-available' } })
    })

    it('sends the answers that are due before it stops, and then takes no more', async () => {
      const handler = new HoldingHandler()
      const listener = await listen(handler)
      const client = await connect(listener)
      client.send('due')
      while (handler.held.length === 0) await nextTurn()
      const stopped = listener.stop()
      await nextTurn()
      handler.answerAll()
      expect(await client.receive(1)).toEqual(['due'])
      await stopped
      const { received } = listener.counters
      client.send('late')
      await nextTurn()
      expect(listener.counters.received).toBe(received)
    })

    it('forgets answers that come after it has stopped', async () => {
      const handler = new HoldingHandler()
      const listener = await listen(handler, '127.0.0.1', { drainTimeoutMs: 0 })
      const client = await connect(listener)
      client.send('too late')
      while (handler.held.length === 0) await nextTurn()
      await listener.stop()
      handler.answerAll()
      await nextTurn()
      expect(listener.counters).toMatchObject({ received: 1, sent: 0 })
    })
  })
}
