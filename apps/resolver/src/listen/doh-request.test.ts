import { describe, expect, it } from 'vitest'
import { type DohHead, readDohHead, readMessage } from './doh-request.ts'

const QUERY = 'AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA29yZwAAAQAB'
const get = (url: string): DohHead => ({ method: 'GET', url, contentType: undefined, contentLength: undefined })
const post = (more: Partial<DohHead> = {}): DohHead => ({
  method: 'POST',
  url: '/dns-query',
  contentType: 'application/dns-message',
  contentLength: '33',
  ...more,
})

describe('a DoH request', () => {
  it('carries the message in its parameter, as in the example of RFC 8484 §4.1.1', () => {
    const read = readDohHead(get(`/dns-query?dns=${QUERY}`))
    expect(read).toMatchObject({ kind: 'message', clientId: '' })
    expect(read.kind === 'message' && Buffer.from(read.message).toString('base64url')).toBe(QUERY)
  })

  it('names its client in the path', () => {
    expect(readDohHead(get(`/dns-query/Tablet?dns=${QUERY}`))).toMatchObject({ clientId: 'tablet' })
    expect(readDohHead(post({ url: '/dns-query/tablet' }))).toEqual({ kind: 'body', clientId: 'tablet' })
    expect(readDohHead(post({ url: '/dns-query/' }))).toEqual({ kind: 'body', clientId: '' })
  })

  it.each<[string, DohHead, number]>([
    ['another path', get(`/?dns=${QUERY}`), 404],
    ['a path that only begins alike', get(`/dns-queryx?dns=${QUERY}`), 404],
    ['a client id that is none', get(`/dns-query/a.b?dns=${QUERY}`), 400],
    ['a path with more in it', get(`/dns-query/a/b?dns=${QUERY}`), 400],
    ['no parameter', get('/dns-query'), 400],
    ['an empty one', get('/dns-query?dns='), 400],
    ['two', get(`/dns-query?dns=${QUERY}&dns=${QUERY}`), 400],
    ['padding', get(`/dns-query?dns=${QUERY}==`), 400],
    ['the alphabet of base64', get('/dns-query?dns=AA+AB/AA'), 400],
    ['a length that no octets have', get('/dns-query?dns=AAAAA'), 400],
    ['less than a header', get('/dns-query?dns=AAAA'), 400],
    ['too much', get(`/dns-query?dns=${'A'.repeat(90_000)}`), 414],
    ['another method', { ...get('/dns-query'), method: 'PUT' }, 405],
    ['another content type', post({ contentType: 'application/json' }), 415],
    ['no content type', post({ contentType: undefined }), 415],
    ['a body that is announced too long', post({ contentLength: '65536' }), 413],
  ])('is refused with %s', (_, head, status) => {
    expect(readDohHead(head)).toMatchObject({ kind: 'refused', status })
  })

  it('takes parameters of the content type', () => {
    expect(readDohHead(post({ contentType: 'Application/DNS-Message; charset=x' })).kind).toBe('body')
    expect(readMessage('', new Uint8Array(11)).kind).toBe('refused')
    expect(readMessage('', new Uint8Array(12)).kind).toBe('message')
  })
})
