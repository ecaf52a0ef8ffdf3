import { expect, it } from 'vitest'
import type { ForwardRequest } from '../query/ports.ts'
import { question } from './exchange/exchange.contract.ts'
import { ServerHealth } from './health.ts'
import { askServer } from './upstream-ask.ts'
import type { UpstreamServer } from './upstream-server.ts'

const request: ForwardRequest = {
  ...question('www.example.org'),
  upstreams: { id: 1, servers: [], strategy: 'failover', timeoutMs: 1500, attempts: 3 },
}

/** How long a server is waited for at `nowMs` that answered at 0 and then failed three times. */
function patienceAt(nowMs: number): number {
  const health = new ServerHealth()
  health.succeed(10, 0)
  for (let i = 0; i < 3; i++) health.fail('timeout', 4000, 1500)
  const waited: number[] = []
  const asker = { ask: (_: unknown, timeoutMs: number) => void waited.push(timeoutMs) }
  const server = { health, asker } as unknown as UpstreamServer
  askServer(
    server,
    request,
    1500,
    nowMs,
    () => nowMs,
    () => undefined,
  )
  return waited[0]!
}

it('waits the whole time for a server that is silent on some names, and briefly for one that is gone', () => {
  expect(patienceAt(5000)).toBe(1500)
  expect(patienceAt(30_000)).toBe(500)
})
