import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { Deadlines } from './deadlines.ts'
import { patiently, question } from './exchange.contract.ts'
import { RandomOctets } from './random-octets.ts'
import { StreamConnection } from './stream-connection.ts'

/** Takes everything and says only what a test pushes. */
class QuietSocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: unknown, taken: () => void): void {
    taken()
  }
  setNoDelay(): void {}
  setTimeout(): void {}
}

const www = question('www.example.org')

it('is left for another before the IDs are used up whose replies never came', async () => {
  const socket = new QuietSocket()
  const counters = { wrongReplies: 0, opened: 0 }
  const connection = new StreamConnection(socket as unknown as Socket, new RandomOctets(), counters, new Deadlines())
  const waitInVain = async (count: number): Promise<void> => {
    const options = { ...patiently, timeoutMs: 1 }
    const replies = Array.from({ length: count }, () => new Promise((end) => connection.send(www, options, end)))
    // The beginning of something: the server is there.
    socket.push(Uint8Array.of(0))
    expect(await Promise.all(replies)).toContainEqual({ ok: false, fault: 'timeout', detail: expect.any(String) })
  }
  await waitInVain(1)
  expect(connection.takesMore).toBe(true)
  await waitInVain(16_384)
  expect(connection.takesMore).toBe(false)
  expect(connection.isOpen).toBe(true)
  connection.close()
})
