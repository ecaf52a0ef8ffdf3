import { describe, expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

const read = (variables: Record<string, string>) =>
  readEnvironment(variables, (text) => (text.includes('..') ? 'is no server' : undefined))
const faultOf = (variables: Record<string, string>) => {
  const environment = read(variables)
  return environment.ok ? undefined : environment.error
}

describe('without variables', () => {
  it('Weir listens on loopback only, and writes warnings', () => {
    expect(read({})).toMatchObject({
      ok: true,
      value: {
        dnsListen: [{ address: '127.0.0.1', port: 1053 }],
        httpListen: { address: '127.0.0.1', port: 8053 },
        secure: null,
        upstreams: undefined,
        logLevel: 'warn',
      },
    })
  })
  it('an empty one counts as not set', () => {
    expect(read({ WEIR_LOG_LEVEL: '', WEIR_WORKERS: ' ', WEIR_UPSTREAMS: '' })).toEqual(read({}))
  })
})

describe('a variable that cannot be used', () => {
  it.each([
    ['WEIR_DNS_LISTEN', 'localhost:53', "'localhost:53' is not address:port, as in 127.0.0.1:1053 or [::1]:1053"],
    ['WEIR_DNS_LISTEN', '127.0.0.1:70000', "'127.0.0.1:70000' is not address:port, as in 127.0.0.1:1053 or [::1]:1053"],
    ['WEIR_DNS_LISTEN', '127.0.0.1:53,127.0.0.1:53', "'127.0.0.1:53' is there twice"],
    ['WEIR_HTTP_LISTEN', '127.0.0.1:1,127.0.0.1:2', 'takes one address:port'],
    ['WEIR_HTTP_LISTEN', ',', 'is empty; give address:port'],
    ['WEIR_UPSTREAMS', 'a..b', "'a..b': is no server"],
    ['WEIR_UPSTREAMS', ',', 'is empty; give servers, or leave it unset'],
    ['WEIR_WORKERS', '0', "'0' is not a whole number from 1 to 64"],
    ['WEIR_WORKERS', '2.5', "'2.5' is not a whole number from 1 to 64"],
    ['WEIR_LOG_LEVEL', 'loud', "'loud' is not one of silent, fatal, error, warn, info, debug, trace"],
  ])('%s=%s is told in a line that names it', (variable, text, detail) => {
    expect(faultOf({ [variable]: text })).toEqual({ variable, detail: `${variable}: ${detail}` })
  })
  it('is the certificate where DNS over TLS or HTTPS listens without one', () => {
    expect(faultOf({ WEIR_DOT_LISTEN: '127.0.0.1:853' })?.variable).toBe('WEIR_TLS_CERT')
    expect(faultOf({ WEIR_DOH_LISTEN: '127.0.0.1:443', WEIR_TLS_CERT: 'cert.pem' })?.variable).toBe('WEIR_TLS_KEY')
  })
})
