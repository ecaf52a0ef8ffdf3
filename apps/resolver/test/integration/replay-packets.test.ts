/**
 * Every packet of the corpus (captures, fuzz seeds, published violations), sent to a real resolver over UDP and TCP: each
 * reply is one that the corpus allows, tells nothing of another client, and the resolver answers afterwards.
 */
import { existsSync, readFileSync } from 'node:fs'
import { encode, RECURSION_AVAILABLE } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dataOf, sendTcp, sendUdp } from './dns-client.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

interface CorpusPacket {
  readonly n: number
  readonly expect_server: readonly string[]
  readonly hex: string
}

const corpus = new URL('../../../../../shared/data/packets/sample.jsonl', import.meta.url)
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']
/** What only the other client's answer holds, as octets of a message. */
const SECRET = Buffer.from('of-another-client')
const OPT_TYPE = 41
const MAX_UDP_QUERY_OCTETS = 4096
const SILENCE_MS = 150

type Send = (message: Buffer, patienceMs?: number) => Promise<Buffer | null>

let upstream: RawUpstream
let weir: ResolverProcess

beforeAll(async () => {
  upstream = await RawUpstream.start(({ name, octets }, query) => {
    if (name === 'secret.example.org')
      return [answerTo(query, { answers: [{ type: 'TXT', name, ttl: 300, data: SECRET.toString() }] })]
    if (name === 'alive.example.org') return [answerTo(query, { answers: [addressRecord(name, '192.0.2.1')] })]
    return [emptyAnswer(octets)]
  })
  weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
})
afterAll(async () => {
  await weir.stop()
  await upstream.stop()
})

function endOfQuestion(message: Buffer): number {
  let end = 12
  while (message[end]! > 0) end += 1 + message[end]!
  return end + 5
}

/** NODATA, octet by octet: names of fuzzers do not survive being made text. Nothing behind the question is kept. */
function emptyAnswer(query: Buffer): Buffer {
  const reply = Buffer.from(query.subarray(0, endOfQuestion(query)))
  reply[2]! |= 0x80
  reply.writeUInt16BE(0, 10)
  return reply
}

/** A reply in the corpus' words. */
function verdict(query: Buffer, reply: Buffer | null): string {
  if (reply === null) return 'silent'
  if (reply.readUInt16BE() !== query.readUInt16BE() || (reply[2]! & 0x80) === 0) return 'not a reply to it'
  const rcode = reply[3]! & 15
  if (rcode === 0 && isBadVersion(reply)) return 'BADVERS'
  return RCODES[rcode] ?? `RCODE ${rcode}`
}

/** BADVERS (RFC 6891, section 6.1.3): no record but OPT, right behind the question, with 1 as its extended RCODE. */
function isBadVersion(reply: Buffer): boolean {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => reply.readUInt16BE(at))
  if (answers !== 0 || authorities !== 0 || additionals !== 1) return false
  const opt = questions === 0 ? 12 : endOfQuestion(reply)
  return reply.readUInt16BE(opt + 1) === OPT_TYPE && reply[opt + 5] === 1
}

function isAllowed({ expect_server }: CorpusPacket, seen: string): boolean {
  if (expect_server.includes(seen)) return true
  return expect_server.includes('answer') && (seen === 'NOERROR' || seen === 'NXDOMAIN')
}

const packets = existsSync(corpus)
  ? readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CorpusPacket)
  : []

async function judge(packet: CorpusPacket, send: Send): Promise<string[]> {
  const message = Buffer.from(packet.hex, 'hex')
  const reply = await send(message, packet.expect_server.includes('silent') ? SILENCE_MS : undefined)
  const seen = verdict(message, reply)
  const faults = isAllowed(packet, seen) ? [] : [`packet ${packet.n}: ${seen}, expected ${packet.expect_server.join()}`]
  if (reply?.includes(SECRET)) faults.push(`packet ${packet.n}: another client's answer`)
  return faults
}

/** A few at a time: one after the other would wait for each silence. */
async function judgeAll(send: Send): Promise<string[]> {
  const faults: string[] = []
  for (let at = 0; at < packets.length; at += 24)
    faults.push(...(await Promise.all(packets.slice(at, at + 24).map((packet) => judge(packet, send)))).flat())
  return faults
}

describe('packets of the corpus', () => {
  it.runIf(packets.length > 0)('get over UDP what the corpus allows', async () => {
    await ask(weir.port, 'secret.example.org', 'TXT')
    const send: Send = (message, patienceMs) =>
      message.length > MAX_UDP_QUERY_OCTETS ? Promise.resolve(null) : sendUdp(weir.port, message, patienceMs)
    expect(await judgeAll(send)).toEqual([])
  })

  it.runIf(packets.length > 0)('get over TCP what the corpus allows', async () => {
    expect(await judgeAll(async (message) => (await sendTcp(weir.port, [message]))[0] ?? null)).toEqual([])
  })

  it('leave a resolver that answers', async () => {
    expect(dataOf(await ask(weir.port, 'alive.example.org', 'A'))).toEqual(['A 192.0.2.1'])
    expect(weir.resolver.output).not.toContain('bug')
  })

  it('may be anything a fuzzer makes of a query', async () => {
    const good = encode({
      type: 'query',
      id: 7,
      flags: RECURSION_AVAILABLE,
      questions: [{ name: 'a.example', type: 'A' }],
    })
    const mutants = Array.from({ length: good.length }, (_, i) =>
      Uint8Array.from(good, (octet, j) => (i === j ? 0xff : octet)),
    )
    const replies = await sendTcp(weir.port, mutants)
    expect(replies.length).toBeGreaterThan(0)
    expect(dataOf(await ask(weir.port, 'alive.example.org', 'A'))).toEqual(['A 192.0.2.1'])
  })
})
