/** Far more TCP connections than there are places, and hostile names where they could be printed. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { queryMessage, sendTcp, sendUdp } from './dns-client.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

/** Of the resolver, docs/security.md. */
const PLACES = 1000
const CLIENTS = 30
const OF_EACH = 100

let weir: ResolverProcess | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await weir?.stop()
})

async function counters(): Promise<Map<string, number>> {
  const socketPath = join(weir!.dataDir, 'resolver.sock')
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ socketPath, path: '/metrics' }, resolve).on('error', reject)
  })
  const metrics = await text(response)
  return new Map([...metrics.matchAll(/event="(tcp_\w+)"\} (\d+)/g)].map(([, name, count]) => [name!, Number(count)]))
}

it('takes a thousand, lets the longest idle ones go, and answers who asks', async () => {
  weir = await ResolverProcess.start('127.0.0.1:9')
  const { port } = weir
  const question = queryMessage('localhost', 'A')
  for (let client = 0; client < CLIENTS; client++) {
    const opened = Array.from({ length: OF_EACH }, () => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${client + 1}` })
      socket.on('error', () => undefined)
      sockets.push(socket)
      return once(socket, 'connect')
    })
    await Promise.all(opened)
    expect(await sendUdp(port, question)).not.toBeNull()
  }
  expect(await sendTcp(port, [question])).toHaveLength(1)
  await expect.poll(async () => (await counters()).get('tcp_accepted')).toBe(CLIENTS * OF_EACH + 1)
  const seen = await counters()
  expect(seen.get('tcp_open_connections')).toBeLessThanOrEqual(PLACES)
  expect(seen.get('tcp_evicted')! + seen.get('tcp_refused_full')!).toBeGreaterThanOrEqual(CLIENTS * OF_EACH - PLACES)
})

it('prints no control characters, whatever it is asked', async () => {
  // Nobody answers there, so that faults are met as well.
  weir = await ResolverProcess.start('127.0.0.1:9', { WEIR_LOG_LEVEL: 'trace' })
  const before = weir.resolver.output.length
  for (const label of ['\x1b[31mred', 'new\nline', '\x9b2J', 'back\b\bspace', '\u0000nul']) {
    const octets = Buffer.from(label, 'latin1')
    const name = Buffer.concat([Buffer.of(octets.length), octets, Buffer.from('\x07example\x03org\0', 'latin1')])
    const query = Buffer.concat([Buffer.from('123401000001000000000000', 'hex'), name, Buffer.from('00010001', 'hex')])
    expect(await sendUdp(weir.port, query)).not.toBeNull()
    // And cut in the middle of the name.
    await sendUdp(weir.port, query.subarray(0, 16))
  }
  await weir.resolver.end()
  const printed = weir.resolver.output
  expect(printed.length).toBeGreaterThanOrEqual(before)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  expect(printed.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
  for (const line of printed.trim().split('\n')) expect(line).toMatch(/^(Weir answers DNS on|\{)/)
})
