/** Ports on loopback that nobody else takes between being found free and being listened on. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below those that systems give to whoever asks for any (Linux from 32768, others from 49152): such a port may go to a client's
 * socket before the process that it was found for is up.
 */
const FIRST_PORT = 10_240
const PORTS = 22_000
/** A worker of the tests has a stretch of its own; runs side by side begin at different places of it. */
const STRETCH = 2000
const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % (PORTS / STRETCH)

let next = process.pid % STRETCH

const isTcpFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

const isUdpFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.on('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })

/** Free over UDP and TCP; not given out again before all others were. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < STRETCH; tried++) {
    const port = FIRST_PORT + worker * STRETCH + next
    next = (next + 1) % STRETCH
    if ((await isTcpFree(port)) && (await isUdpFree(port))) return port
  }
  throw new Error('there is no free port')
}
