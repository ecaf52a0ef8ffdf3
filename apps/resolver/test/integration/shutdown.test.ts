/** An end by SIGTERM: whoever waits gets an answer. */
import { decode } from 'dns-packet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { queryMessage, sendTcp, sendUdp } from './dns-client.fixture.ts'
import { RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

describe('SIGTERM', () => {
  it('gives those who wait for a silent upstream a failure, and ends', async () => {
    const names = new Set<string>()
    const waiting = Promise.withResolvers<void>()
    const upstream = await RawUpstream.start(({ name }) => {
      names.add(name)
      if (names.size === 2) waiting.resolve()
      return []
    })
    onTestFinished(() => upstream.stop())
    const weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
    onTestFinished(() => weir.stop())
    const byUdp = sendUdp(weir.port, queryMessage('udp.example.org', 'A'))
    const byTcp = sendTcp(weir.port, [queryMessage('tcp.example.org', 'A')])
    await waiting.promise
    const code = weir.resolver.end()
    const replies = [await byUdp, (await byTcp)[0]].map((octets) => octets && decode(octets))
    expect(replies).toMatchObject([{ rcode: 'SERVFAIL' }, { rcode: 'SERVFAIL' }])
    expect(await code).toBe(0)
  })
})
