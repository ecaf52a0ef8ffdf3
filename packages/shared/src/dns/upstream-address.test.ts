import { describe, expect, it } from 'vitest'
import { parseUpstreamAddress } from './upstream-address.ts'

describe('parseUpstreamAddress', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53', 'udp', '192.0.2.53', 53],
    ['192.0.2.53:53', '192.0.2.53', 'udp', '192.0.2.53', 53],
    ['192.0.2.53:5300', '192.0.2.53:5300', 'udp', '192.0.2.53', 5300],
    ['[2001:DB8::1]:5300', '[2001:db8::1]:5300', 'udp', '2001:db8::1', 5300],
    ['[2001:db8::1]', '2001:db8::1', 'udp', '2001:db8::1', 53],
    ['2001:db8:0::1', '2001:db8::1', 'udp', '2001:db8::1', 53],
    ['udp://192.0.2.53', '192.0.2.53', 'udp', '192.0.2.53', 53],
    ['TCP://192.0.2.53:5300', 'tcp://192.0.2.53:5300', 'tcp', '192.0.2.53', 5300],
    ['tcp://2001:db8::1', 'tcp://[2001:db8::1]', 'tcp', '2001:db8::1', 53],
    ['tls://DNS.Example.net', 'tls://dns.example.net', 'tls', 'dns.example.net', 853],
    ['tls://192.0.2.53:8853/', 'tls://192.0.2.53:8853', 'tls', '192.0.2.53', 8853],
    ['https://dns.example.net', 'https://dns.example.net/dns-query', 'https', 'dns.example.net', 443],
    ['https://[2001:db8::1]:8443/q?ct', 'https://[2001:db8::1]:8443/q?ct', 'https', '2001:db8::1', 8443],
  ])('reads %s as %s', (text, canonical, transport, host, port) => {
    const result = parseUpstreamAddress(text)
    expect(result).toMatchObject({ ok: true, value: { text: canonical, transport, host, port } })
    expect(parseUpstreamAddress(canonical)).toEqual(result)
  })

  it.each([
    ['', 'empty'],
    ['dns.example.net', 'not an IP address'],
    ['tcp://dns.example.net', 'not an IP address'],
    ['tls://300.1.1.1', 'not an IP address'],
    ['192.0.2.53:0', 'port'],
    ['192.0.2.53:65536', 'port'],
    ['192.0.2.53:', 'not an address'],
    ['[192.0.2.53]:53', 'not an IPv6 address'],
    ['[2001:db8::1', 'not an address'],
    ['tls://user:secret@dns.example.net', 'credentials'],
    ['https://user@dns.example.net/q', 'credentials'],
    ['tls://dns.example.net/path', 'path'],
    ['https://dns.example.net/#x', 'path of a URL'],
    ['https://dns.example.net/a b', 'path of a URL'],
    ['quic://dns.example.net', 'scheme'],
    ['https:///dns-query', ''],
    ['x'.repeat(400), 'longer'],
  ])('refuses %j and says why', (text, reason) => {
    const result = parseUpstreamAddress(text)
    expect(result.ok).toBe(false)
    expect(!result.ok && result.error).toContain(reason)
  })
})
