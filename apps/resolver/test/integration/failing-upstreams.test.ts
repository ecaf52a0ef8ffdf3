/** What clients and upstreams see of upstreams that fail, over real sockets (RFC 9520, RFC 8767). */
import type { Packet } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './dns-client.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const RCODES = { FORMERR: 1, SERVFAIL: 2, NOTIMP: 4, REFUSED: 5 } as const
type Failure = keyof typeof RCODES | 'silence'
const FAILURES: readonly Failure[] = ['FORMERR', 'SERVFAIL', 'NOTIMP', 'REFUSED', 'silence']

let upstream: RawUpstream
let weir: ResolverProcess
/** By the name that is asked for; others have an address. */
const failing = new Map<string, Failure>()

beforeAll(async () => {
  upstream = await RawUpstream.start(({ name }, query) => {
    const failure = failing.get(name)
    if (failure === 'silence') return []
    if (failure !== undefined) return [answerTo(query, { flags: 0x180 | RCODES[failure] })]
    return [answerTo(query, { answers: [addressRecord(name, '198.51.100.7', 1)] })]
  })
  // What is remembered of silence is each worker's own.
  weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`, { WEIR_WORKERS: '1' })
}, 180_000)
afterAll(async () => {
  await weir.stop()
  await upstream.stop()
})

const query = async (name: string): Promise<Packet> => (await ask(weir.port, name, 'A', { payloadSize: 1232 }))!
const askedFor = (name: string): number => upstream.asked.filter((asked) => asked.name === name).length
const ttlsOf = ({ answers = [] }: Packet): unknown[] => answers.map((record) => 'ttl' in record && record.ttl)

/** Of twenty queries, one after the other, those that were answered without asking: on a busy machine some come too late. */
async function answeredAtOnce(name: string): Promise<number> {
  let count = 0
  for (let i = 0; i < 20; i++) {
    const before = askedFor(name)
    await query(name)
    if (askedFor(name) === before) count++
  }
  return count
}

describe('an upstream that fails', () => {
  it.each(FAILURES)(
    'with %s is not asked for each query (RFC 9520 §3.2), nor too often for one (§3.1)',
    async (failure) => {
      const name = `${failure.toLowerCase()}.example.org`
      failing.set(name, failure)
      const first = await query(name)
      expect(first).toMatchObject({ rcode: failure === 'silence' ? 'SERVFAIL' : failure, answers: [] })
      expect(askedFor(name)).toBeLessThanOrEqual(3)
      expect(await answeredAtOnce(name)).toBeGreaterThan(0)
    },
  )

  it.each(FAILURES)(
    'with %s leaves an old answer, and is not asked each time it is given (RFC 8767 §5)',
    async (failure) => {
      const name = `old-${failure.toLowerCase()}.example.org`
      await query(name)
      failing.set(name, failure)
      // Its TTL is a second; as a stale one it has half a minute.
      await expect.poll(async () => ttlsOf(await query(name)), { timeout: 60_000 }).toEqual([30])
      expect(await answeredAtOnce(name)).toBeGreaterThan(0)
    },
  )
})
