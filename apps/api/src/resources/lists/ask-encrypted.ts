/**
 * Asks an upstream that speaks TLS (RFC 7858) or HTTPS (RFC 8484) for the addresses of one name: a connection a question, since
 * this happens when a list is fetched while the machine's own look-up does not work. Certificates are always verified.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { toWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { RrType } from '@weir/shared/dns/rr-type'
import type { UpstreamAddress } from '@weir/shared/dns/upstream-address'
import { Agent, request } from 'undici'

const HEADER_OCTETS = 12
/** Type and class behind a name, then TTL and length of the data (RFC 1035 §4.1). */
const QUESTION_TAIL = 4
const RECORD_TAIL = 10
const RECURSION_DESIRED = 0x0100
const IS_RESPONSE = 0x8000
const RCODE_MASK = 0x000f
const IN = 1
const MAX_MESSAGE_OCTETS = 65_535
const MEDIA_TYPE = 'application/dns-message'

type AddressType = typeof RrType.A | typeof RrType.AAAA

/**
 * @returns addresses as text; none where the name has none of this type
 * @throws Error when the upstream cannot be reached, does not show its certificate, or answers with an error or nonsense
 */
export async function askEncrypted(
  upstream: UpstreamAddress,
  name: string,
  type: AddressType,
  timeoutMs: number,
): Promise<string[]> {
  const query = queryFor(name, type)
  const signal = AbortSignal.timeout(timeoutMs)
  const exchange = upstream.transport === 'tls' ? overTls : overHttps
  return addressesIn(await exchange(upstream, query, signal), query, type)
}

function queryFor(name: string, type: AddressType): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS)
  header.writeUInt16BE(randomInt(0x1_0000), 0)
  header.writeUInt16BE(RECURSION_DESIRED, 2)
  header.writeUInt16BE(1, 4)
  const tail = Buffer.alloc(QUESTION_TAIL)
  tail.writeUInt16BE(type, 0)
  tail.writeUInt16BE(IN, 2)
  return Buffer.concat([header, toWire(name.replace(/\.$/, '').toLowerCase()), tail])
}

async function overTls({ host, port, isName }: UpstreamAddress, query: Buffer, signal: AbortSignal): Promise<Buffer> {
  const socket = connect({ host, port, ALPNProtocols: ['dot'], ...(isName && { servername: host }) })
  const abort = (): void => void socket.destroy(new Error('took too long'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    await once(socket, 'secureConnect')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length, 0)
    socket.write(Buffer.concat([length, query]))
    let received: Buffer = Buffer.alloc(0)
    for await (const part of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, part])
      const end = received.length < 2 ? Number.POSITIVE_INFINITY : 2 + received.readUInt16BE(0)
      if (received.length >= end) return received.subarray(2, end)
    }
    throw new Error('hung up before it answered')
  } finally {
    signal.removeEventListener('abort', abort)
    socket.destroy()
  }
}

async function overHttps({ host, port, path }: UpstreamAddress, query: Buffer, signal: AbortSignal): Promise<Buffer> {
  // Some servers speak HTTP/2 only.
  const agent = new Agent({ allowH2: true, maxResponseSize: MAX_MESSAGE_OCTETS })
  try {
    const url = `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`
    const headers = { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE }
    const response = await request(url, { method: 'POST', dispatcher: agent, headers, body: query, signal })
    if (response.statusCode !== 200) throw new Error(`answered HTTP ${response.statusCode}`)
    return Buffer.from(await response.body.arrayBuffer())
  } finally {
    await agent.destroy()
  }
}

/** Records of the type in the answer, whatever their owner: aliases lead to them. */
function addressesIn(response: Buffer, query: Buffer, type: AddressType): string[] {
  const flags = response.readUInt16BE(2)
  if (response.readUInt16BE(0) !== query.readUInt16BE(0) || (flags & IS_RESPONSE) === 0)
    throw new Error('answered another question')
  if ((flags & RCODE_MASK) !== 0) throw new Error(`answered with RCODE ${flags & RCODE_MASK}`)
  let at = HEADER_OCTETS
  for (let i = 0; i < response.readUInt16BE(4); i++) at = endOfName(response, at) + QUESTION_TAIL
  const addresses: string[] = []
  for (let i = 0; i < response.readUInt16BE(6); i++) {
    at = endOfName(response, at)
    const length = response.readUInt16BE(at + 8)
    const data = response.subarray(at + RECORD_TAIL, at + RECORD_TAIL + length)
    if (response.readUInt16BE(at) === type && data.length === (type === RrType.A ? 4 : 16))
      addresses.push(formatAddress(data))
    at += RECORD_TAIL + length
  }
  return addresses
}

/** Behind a name that may end in a pointer (RFC 1035 §4.1.4). @throws RangeError at the end of the message */
function endOfName(message: Buffer, start: number): number {
  for (let at = start; ; ) {
    const length = message.readUInt8(at)
    if (length >= 0xc0) return at + 2
    at += 1 + length
    if (length === 0) return at
  }
}
