/** Discovery of designated resolvers (RFC 9462), over real sockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEST_CERTIFICATE, TEST_KEY } from '@weir/shared/testing/certificates'
import { decode } from 'dns-packet'
import { afterEach, expect, it } from 'vitest'
import { queryMessage, sendTcp, sendUdp } from './dns-client.fixture.ts'
import { freePort } from './free-ports.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** Nobody answers there: whatever is asked upstream fails. */
const NOBODY = '127.0.0.1:9'
const SVCB = 'UNKNOWN_64'

async function start(variables: Record<string, string>): Promise<ResolverProcess> {
  const resolver = await ResolverProcess.start(NOBODY, { WEIR_WORKERS: '3', ...variables })
  cleanUps.push(() => resolver.stop())
  return resolver
}

it('tells of DoT and DoH as they listen, whichever worker is asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-ddr-'))
  cleanUps.push(() => rmSync(folder, { recursive: true }))
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certificate, TEST_CERTIFICATE)
  writeFileSync(key, TEST_KEY)
  const [dot, doh] = [await freePort(), await freePort()]
  const { port } = await start({
    WEIR_DOT_LISTEN: `127.0.0.1:${dot}`,
    WEIR_DOH_LISTEN: `127.0.0.1:${doh}`,
    WEIR_TLS_CERT: certificate,
    WEIR_TLS_KEY: key,
  })
  // A socket each: the kernel spreads them over the workers.
  for (const name of ['_dns.resolver.arpa', '_dns.dns.example.org'])
    for (let i = 0; i < 12; i++) {
      const octets = await sendUdp(port, queryMessage(name, SVCB, { payloadSize: 1232 }))
      const reply = decode(octets!)
      expect(reply).toMatchObject({ rcode: 'NOERROR', flag_aa: true })
      const [overTls, overHttps] = reply.answers!.map((record) => ('data' in record ? (record.data as Buffer) : null))
      expect(overTls).toEqual(
        rdata(1, [
          [1, Buffer.from('\x03dot')],
          [3, uint16(dot)],
          [4, LOOPBACK],
        ]),
      )
      const path = Buffer.from('/dns-query{?dns}')
      expect(overHttps).toEqual(
        rdata(2, [
          [1, Buffer.from('\x02h2\x08http/1.1')],
          [3, uint16(doh)],
          [4, LOOPBACK],
          [7, path],
        ]),
      )
      expect(reply.additionals).toMatchObject([
        { name: 'dns.example.org', type: 'A', data: '127.0.0.1' },
        { type: 'OPT' },
      ])
    }
  const [other] = await sendTcp(port, [queryMessage('_dns.resolver.arpa', 'A')])
  expect(decode(other!)).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ name: 'resolver.arpa' }] })
})

it('has nothing to tell without them, and asks nobody', async () => {
  const { port } = await start({})
  for (const name of ['_dns.resolver.arpa', 'x.resolver.arpa']) {
    const reply = decode((await sendUdp(port, queryMessage(name, SVCB)))!)
    expect(reply).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authorities: [{ type: 'SOA', name: 'resolver.arpa' }],
    })
  }
})

const LOOPBACK = Buffer.from([127, 0, 0, 1])
const TARGET = Buffer.from('\x03dns\x07example\x03org\0')
const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])

const rdata = (priority: number, parameters: readonly (readonly [key: number, value: Buffer])[]): Buffer =>
  Buffer.concat([
    uint16(priority),
    TARGET,
    ...parameters.flatMap(([key, value]) => [uint16(key), uint16(value.length), value]),
  ])
