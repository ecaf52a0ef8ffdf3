import { describe, expect, it } from 'vitest'
import type { Forwarder, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import { ForwardBatch } from './forward-batch.ts'

const TURNED_AWAY = { ok: false, fault: 'overloaded', upstreamIndex: -1 } as const

const request = (qtype: number): ForwardRequest => ({
  name: new Uint8Array([0]),
  qtype,
  qclass: 1,
  dnssecOk: false,
  checkingDisabled: false,
  upstreams: { id: 1, servers: [], strategy: 'failover', timeoutMs: 1000, attempts: 1 },
})
const nobody: ForwardWaiter = { land: () => undefined }

function setUp() {
  const asked: number[] = []
  const upstreams: Forwarder = {
    forward({ qtype }, waiter) {
      asked.push(qtype)
      waiter.land(TURNED_AWAY, true)
    },
  }
  return { asked, batch: new ForwardBatch(upstreams) }
}

describe('ForwardBatch', () => {
  it('asks for the questions of a batch at its end, each once and in their order', () => {
    const { asked, batch } = setUp()
    for (const first of [1, 10]) {
      batch.begin()
      for (let i = 0; i < 3; i++) batch.forward(request(first + i), nobody)
      expect(asked).not.toContain(first)
      batch.end()
    }
    expect(asked).toEqual([1, 2, 3, 10, 11, 12])
  })

  it('asks at once where there is no batch', () => {
    const { asked, batch } = setUp()
    batch.begin()
    batch.end()
    batch.forward(request(28), nobody)
    expect(asked).toEqual([28])
  })

  it('asks at once for what follows from a reply that lands at its end', () => {
    const { asked, batch } = setUp()
    batch.begin()
    batch.forward(request(28), { land: () => batch.forward(request(1), nobody) })
    batch.forward(request(65), nobody)
    batch.end()
    expect(asked).toEqual([28, 1, 65])
  })
})
