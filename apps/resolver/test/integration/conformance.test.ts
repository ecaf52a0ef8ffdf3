/** What clients and test suites send over real sockets, and what the RFCs say that they get. */
import { decode, type Packet } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendTcp, sendUdp } from './dns-client.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const QUESTION = '03777777 076578616d706c65 036f7267 00 0001 0001'
const CLIENT_COOKIE = '0102030405060708'
const opt = (options: string, fixed = '04d0 00000000'): string => {
  const length = options.replaceAll(' ', '').length / 2
  return `00 0029 ${fixed} ${length.toString(16).padStart(4, '0')} ${options}`
}
const cookieOption = (cookie: string): string => `000a ${(cookie.length / 2).toString(16).padStart(4, '0')} ${cookie}`
const query = (options: string): Buffer => octets(`1234 0100 0001 0000 0000 0001 ${QUESTION} ${opt(options)}`)

interface Option {
  readonly code: number
  readonly data: Buffer
}
const optOf = (packet: Packet): { extendedRcode: number; ednsVersion: number; options: Option[] } | undefined =>
  packet.additionals?.find(({ type }) => type === 'OPT') as never
const optionOf = (packet: Packet, code: number): string | undefined =>
  optOf(packet)
    ?.options.find((option) => option.code === code)
    ?.data.toString('hex')
/** All twelve bits. */
const rcodeOf = (octets: Buffer): number => (octets[3]! & 15) | ((optOf(decode(octets))?.extendedRcode ?? 0) << 4)

let upstream: RawUpstream
let weir: ResolverProcess

beforeAll(async () => {
  upstream = await RawUpstream.start(({ name }, asked) => [
    answerTo(asked, { answers: [addressRecord(name, '192.0.2.1')] }),
  ])
  weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
  await weir.startApi()
}, 180_000)
afterAll(async () => {
  await weir.stop()
  await upstream.stop()
})

const udp = async (message: Uint8Array): Promise<Buffer> => {
  const reply = await sendUdp(weir.port, message)
  if (reply === null) throw new Error('no reply')
  return reply
}

describe('EDNS (RFC 6891, RFC 8906)', () => {
  it.each([
    ['an unknown OPCODE', `1234 7900 0001 0000 0000 0000 ${QUESTION}`, '1234 f984 0000 0000 0000 0000'],
    ['a header of another OPCODE alone', '1234 2000 0000 0000 0000 0000', '1234 a084 0000 0000 0000 0000'],
    ['no question', '1234 0100 0000 0000 0000 0000', '1234 8181 0000 0000 0000 0000'],
    [
      'two questions (RFC 9619)',
      `1234 0100 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`,
      '1234 8181 0000 0000 0000 0000',
    ],
    ['a name that points to itself', '1234 0100 0001 0000 0000 0000 c00c 0001 0001', '1234 8181 0000 0000 0000 0000'],
  ])('answers %s with the header alone', async (_, hex, expected) => {
    expect((await udp(octets(hex))).toString('hex')).toBe(octets(expected).toString('hex'))
  })

  it('answers another OPCODE that came with EDNS with EDNS', async () => {
    const reply = await udp(octets(`1234 2000 0001 0000 0000 0001 ${QUESTION} ${opt('')}`))
    expect(rcodeOf(reply)).toBe(4)
    expect(optOf(decode(reply))).toMatchObject({ ednsVersion: 0, options: [] })
  })

  it.each([
    ['an unknown option', '0064 0000'],
    ['NSID, EXPIRE, client subnet and padding', '0003 0000 0009 0000 0008 0007 0001 1800 c00002 000c 0004 00000000'],
    ['keepalive, which means nothing over UDP (RFC 7828)', '000b 0000'],
  ])('answers %s as if it were not there', async (_, options) => {
    const reply = decode(await udp(query(options)))
    expect(reply).toMatchObject({ rcode: 'NOERROR', answers: [{ data: '192.0.2.1' }] })
    expect(optOf(reply)?.options).toEqual([])
  })

  it('answers another version with BADVERS, no option and no answer', async () => {
    const message = octets(`1234 0100 0001 0000 0000 0001 ${QUESTION} ${opt('0064 0000', '04d0 00 01 80 00')}`)
    const reply = await udp(message)
    expect(rcodeOf(reply)).toBe(16)
    expect(decode(reply)).toMatchObject({ answers: [] })
    expect(optOf(decode(reply))).toMatchObject({ ednsVersion: 0, options: [] })
  })

  it('tells how long a connection may be idle to who asks over TCP (RFC 7828)', async () => {
    const [reply, plain] = await sendTcp(weir.port, [query('000b 0000'), query('')])
    expect(optionOf(decode(reply!), 11)).toBe('0064')
    expect(optOf(decode(plain!))?.options).toEqual([])
  })

  it('clears the bits that are not its own, and keeps RD and CD', async () => {
    // AA, TC, RD, RA, Z, AD, CD and an RCODE.
    const reply = await udp(octets(`1234 07ff 0001 0000 0000 0000 ${QUESTION}`))
    expect(reply.readUInt16BE(2)).toBe(0x8190)
  })
})

describe('cookies (RFC 7873, RFC 9018)', () => {
  const cookieFrom = async (sent: string): Promise<{ rcode: number; cookie: string }> => {
    const reply = await udp(query(cookieOption(sent)))
    return { rcode: rcodeOf(reply), cookie: optionOf(decode(reply), 10) ?? '' }
  }

  it('come with the answer, and are known again by every worker', async () => {
    const { rcode, cookie } = await cookieFrom(CLIENT_COOKIE)
    expect(rcode).toBe(0)
    expect(cookie).toMatch(new RegExp(`^${CLIENT_COOKIE}01000000[0-9a-f]{24}$`))
    // Each from another port, so that both workers are met.
    const again = await Promise.all(Array.from({ length: 20 }, () => cookieFrom(cookie)))
    expect(new Set(again.map((each) => each.cookie))).toEqual(new Set([cookie]))
  })

  it('that are wrong get an answer and a good cookie while nothing presses', async () => {
    const { rcode, cookie } = await cookieFrom(`${CLIENT_COOKIE}${'ff'.repeat(16)}`)
    expect(rcode).toBe(0)
    expect(await cookieFrom(cookie)).toEqual({ rcode: 0, cookie })
  })

  it.each(['', '01', `${CLIENT_COOKIE}01`, 'ab'.repeat(15), 'ab'.repeat(41)])(
    'of a wrong length are malformed: %s',
    async (cookie) => {
      expect(rcodeOf(await udp(query(cookieOption(cookie))))).toBe(1)
    },
  )

  it('can be asked for without a question', async () => {
    const ask = (cookie: string): Promise<Buffer> =>
      udp(octets(`1234 0100 0000 0000 0000 0001 ${opt(cookieOption(cookie))}`))
    const first = await ask(CLIENT_COOKIE)
    expect(rcodeOf(first)).toBe(0)
    expect(decode(first)).toMatchObject({ questions: [], answers: [] })
    const cookie = optionOf(decode(first), 10)!
    expect(rcodeOf(await ask(cookie))).toBe(0)
    expect(rcodeOf(await ask(`${CLIENT_COOKIE}${'ff'.repeat(16)}`))).toBe(23)
  })

  it('and TCP prove an address whose rate somebody else uses up', async () => {
    const { cookie } = await cookieFrom(CLIENT_COOKIE)
    await weir.request('PATCH', '/settings', { access: { queriesPerSecond: 1 } })
    try {
      const flood = await Promise.all(Array.from({ length: 60 }, () => sendUdp(weir.port, query(''), 1500)))
      const answered = flood.flatMap((reply) => (reply === null ? [] : [decode(reply)]))
      const whole = answered.filter(({ answers }) => answers?.length)
      // A burst of two; then one of two is sent to TCP, counted by each worker, and the rest hears nothing.
      expect(whole.length).toBeLessThanOrEqual(4)
      expect(answered.filter(({ flags = 0 }) => (flags & 0x200) !== 0).length).toBeGreaterThan(20)
      expect(answered.length).toBeLessThan(40)
      for (const reply of flood) expect(reply?.length ?? 0).toBeLessThanOrEqual(whole.length > 0 ? 512 : 44)
      const press = await Promise.all(
        Array.from({ length: 8 }, () => sendUdp(weir.port, query(cookieOption(CLIENT_COOKIE)), 1500)),
      )
      const badCookies = press.filter((reply) => reply !== null)
      expect(badCookies.map(rcodeOf)).toContain(23)
      expect(decode(await udp(query(cookieOption(cookie))))).toMatchObject({ answers: [{ data: '192.0.2.1' }] })
      const [overTcp] = await sendTcp(weir.port, [query('')])
      expect(decode(overTcp!)).toMatchObject({ answers: [{ data: '192.0.2.1' }] })
    } finally {
      await weir.request('PATCH', '/settings', { access: { queriesPerSecond: 0 } })
    }
  })
})
