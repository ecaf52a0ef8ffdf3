import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { CookieState, QueryContext } from '../query/query-context.ts'
import { parseQuery } from '../wire/parse-query.ts'
import { createCookieSecrets, rollCookieSecret, ServerCookies } from './server-cookies.ts'

const NOW_MS = 1_559_731_985_000
const CLIENT = '2464c4abcf10c957'
const ADDRESS = '198.51.100.100'

/** Memory whose present secret is `hex`. */
function secretsOf(hex: string, before?: string): SharedArrayBuffer {
  const memory = createCookieSecrets()
  const octets = new Uint8Array(memory)
  octets.set(Buffer.from(hex, 'hex'), 32)
  if (before) octets.set(Buffer.from(before, 'hex'), 16)
  return memory
}

/** Reads `cookie` as one that came with a query. @returns what is known of the client, and what is sent back */
function read(cookies: ServerCookies, cookie: string, address = ADDRESS, nowMs = NOW_MS): [CookieState, string] {
  const octets = Buffer.from(cookie, 'hex')
  const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [{ code: 10, data: octets }] }
  const message = encode({ type: 'query', questions: [{ type: 'A', name: 'a.example' }], additionals: [opt as never] })
  const query = new QueryContext(message, new Uint8Array(512))
  query.messageLength = message.length
  query.receivedAtMs = nowMs
  query.clientAddress.set(toMapped(parseAddress(address)!))
  parseQuery(message, message.length, query.view)
  cookies.read(query)
  return [query.cookieState, Buffer.from(query.responseCookie).toString('hex')]
}

describe('ServerCookies', () => {
  // RFC 9018, appendix A.
  it('makes the cookie of the RFC’s first example', () => {
    const cookies = new ServerCookies(secretsOf('e5e973e5a6b2a43f48e7dc849e37bfcf'))
    expect(read(cookies, CLIENT)).toEqual([CookieState.ClientOnly, `${CLIENT}010000005cf79f111f8130c3eee29480`])
  })

  it('takes a cookie of the other secret for an IPv6 client, and sends one of the present (the RFC’s last example)', () => {
    const secrets = secretsOf('445536bcd2513298075a5d379663c962', 'dd3bdf9344b678b185a6f5cb60fca715')
    const cookies = new ServerCookies(secrets)
    const [state, cookie] = read(
      cookies,
      '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
      '2001:db8:220:1:59de:d0f4:8769:82b8',
      0x5cf7c609 * 1000,
    )
    expect(state).toBe(CookieState.Valid)
    // The RFC renews at once when the secret changed; it may be kept as long as it is young.
    expect(cookie).toMatch(/^22681ab97d52c29801000000/)
  })

  it('knows its own again, and sends it back as it is while it is young', () => {
    const cookies = new ServerCookies(createCookieSecrets())
    const [, cookie] = read(cookies, CLIENT)
    expect(read(cookies, cookie, ADDRESS, NOW_MS + 1_800_000)).toEqual([CookieState.Valid, cookie])
    const [state, renewed] = read(cookies, cookie, ADDRESS, NOW_MS + 1_801_000)
    expect(state).toBe(CookieState.Valid)
    expect(renewed).not.toBe(cookie)
    expect(read(cookies, renewed, ADDRESS, NOW_MS + 1_801_000)[0]).toBe(CookieState.Valid)
  })

  it.each<[string, (cookie: string) => [string, string?, number?]]>([
    ['of another address', (cookie) => [cookie, '198.51.100.101']],
    ['older than an hour', (cookie) => [cookie, ADDRESS, NOW_MS + 3_601_000]],
    ['of more than five minutes ahead', (cookie) => [cookie, ADDRESS, NOW_MS - 301_000]],
    ['of another client’s part', (cookie) => [`00${cookie.slice(2)}`]],
    ['of another version', (cookie) => [`${cookie.slice(0, 16)}02${cookie.slice(18)}`]],
    ['with other reserved octets', (cookie) => [`${cookie.slice(0, 18)}01${cookie.slice(20)}`]],
    ['with another hash', (cookie) => [`${cookie.slice(0, 46)}${cookie.endsWith('00') ? '01' : '00'}`]],
    ['with octets behind it', (cookie) => [`${cookie}00`]],
    ['of 8 octets from elsewhere', () => [`${CLIENT}0102030405060708`]],
  ])('does not take one %s, and sends a good one', (_, change) => {
    const cookies = new ServerCookies(createCookieSecrets())
    const [sent, address = ADDRESS, nowMs = NOW_MS] = change(read(cookies, CLIENT)[1])
    const [state, good] = read(cookies, sent, address, nowMs)
    expect(state).toBe(CookieState.Wrong)
    expect(read(cookies, good, address, nowMs)[0]).toBe(CookieState.Valid)
  })

  it('is the same in all threads, and outlives one change of the secret but not two', () => {
    const secrets = createCookieSecrets()
    const [one, other] = [new ServerCookies(secrets), new ServerCookies(secrets)]
    const [, cookie] = read(one, CLIENT)
    expect(read(other, cookie)[0]).toBe(CookieState.Valid)
    rollCookieSecret(secrets)
    expect(read(other, cookie)[0]).toBe(CookieState.Valid)
    rollCookieSecret(secrets)
    expect(read(one, cookie)[0]).toBe(CookieState.Wrong)
  })
})
