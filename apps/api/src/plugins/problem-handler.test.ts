import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../testing/test-api.ts'

let api: TestApi
let webDir: string
beforeAll(async () => {
  webDir = mkdtempSync(join(tmpdir(), 'weir-web-'))
  mkdirSync(join(webDir, 'assets'))
  writeFileSync(join(webDir, 'index.html'), '<meta name="csp-nonce" content="__NONCE__">')
  writeFileSync(join(webDir, 'assets/app-abc123.js'), 'console')
  api = await startTestApi({ webDir })
})
afterAll(async () => {
  await api.close()
  rmSync(webDir, { recursive: true })
})

describe('a request to nowhere', () => {
  it.each([
    ['GET', '/api/v1/nothing', 404, 'not-found'],
    ['POST', '/api/v1/nothing', 404, 'not-found'],
    ['PUT', '/api/v1/rules/1', 405, 'method-not-allowed'],
    ['DELETE', '/api/v1/health', 405, 'method-not-allowed'],
    ['GET', '/api', 200, undefined],
  ])('%s %s gets %i', async (method, url, status, code) => {
    const reply = await api.call(method, url)
    expect(reply.status).toBe(status)
    expect(reply.json?.code).toBe(code)
  })
  it('is told which methods there are', async () => {
    expect((await api.call('PUT', '/api/v1/rules/1')).headers.allow).toBe('DELETE, GET, HEAD, PATCH')
  })
})

describe('every answer', () => {
  it.each(['/', '/rules', '/api/v1/health', '/api/v1/nothing', '/assets/app-abc123.js', '/api/docs/'])(
    '%s forbids to be framed, to be sniffed, and to run what the page does not hold',
    async (url) => {
      const { headers } = await api.call('GET', url)
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe-')
    },
  )
})

describe('a body that cannot be taken', () => {
  const post = (body: unknown, type: string) =>
    api.call('POST', '/api/v1/rules', { body, headers: { 'content-type': type } })
  it.each([
    ['{', 'application/json', 400, 'malformed-request'],
    ['', 'application/json', 400, 'malformed-request'],
    ['{"__proto__":{"x":1}}', 'application/json', 400, 'malformed-request'],
    ['a=b', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['[]', 'application/json', 422, 'invalid-field'],
    [`"${'x'.repeat(1024 * 1024)}"`, 'application/json', 413, 'too-large'],
  ])('%.20s as %s gets %i', async (body, type, status, code) => {
    expect(await post(body, type)).toMatchObject({ status, json: { code } })
  })
})

describe('the console', () => {
  it('gets index.html for its pages, with the nonce of the response’s policy', async () => {
    for (const url of ['/', '/rules', '/lists/3?x=1']) {
      const reply = await api.call('GET', url, { as: 'nobody' })
      expect(reply.headers['content-type']).toContain('text/html')
      const nonce = /content="([0-9a-f]{32})"/.exec(reply.text)?.[1]
      expect(reply.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
      expect(reply.headers['content-security-policy']).not.toContain('unsafe')
      expect(reply.headers['cache-control']).toBe('no-store')
    }
  })
  it('keeps hashed assets for a year', async () => {
    const reply = await api.call('GET', '/assets/app-abc123.js', { as: 'nobody' })
    expect(reply).toMatchObject({ status: 200, text: 'console' })
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })
  it.each([
    '/../package.json',
    '/..%2f..%2fetc/passwd.txt',
    '/assets/%2e%2e/%2e%2e/weir.db',
    '/%00.js',
    '/missing.js',
    '/%E0%A4%A.js',
  ])('never leaves its folder: %s', async (url) => {
    const reply = await api.call('GET', url, { as: 'nobody' })
    expect([400, 403, 404]).toContain(reply.status)
  })
})
