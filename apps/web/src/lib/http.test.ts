import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from './api-error.ts'
import { apiUrl, http, setCsrfToken } from './http.ts'

const realFetch = globalThis.fetch
let server: Server | undefined

/** A server on loopback; relative addresses go there, as a browser would send them to the page's origin. */
async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  globalThis.fetch = (input, init) => realFetch(`http://127.0.0.1:${port}${String(input)}`, init)
}

afterEach(async () => {
  globalThis.fetch = realFetch
  setCsrfToken(null)
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

const failure = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: ApiError) => error,
  )

describe('requests to the API', () => {
  it('leave out what is not set', () => {
    expect(apiUrl('/rules', { search: 'a b', action: undefined, cursor: '', enabled: false })).toBe(
      '/api/v1/rules?search=a+b&enabled=false',
    )
  })

  it('carry the CSRF token where they change something, and only there', async () => {
    const seen: (string | undefined)[] = []
    await serve((request, response) => {
      seen.push(request.headers['x-weir-csrf'] as string | undefined)
      response.end('{}')
    })
    setCsrfToken('token')
    await http.get('/me')
    await http.post('/rules', {})
    await http.delete('/rules/1')
    expect(seen).toEqual([undefined, 'token', 'token'])
  })

  it('tell the fields that a problem names', async () => {
    await serve((_, response) => {
      response.writeHead(422)
      response.end(
        JSON.stringify({
          code: 'invalid-field',
          title: 'A field is not valid',
          errors: [{ field: 'pattern', message: 'is empty' }],
        }),
      )
    })
    const error = await failure(http.post('/rules', {}))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'invalid-field', fieldErrors: { pattern: 'is empty' } })
    expect(error.report).toContain('POST /api/v1/rules: 422 invalid-field')
  })

  it('make something of an answer that is no problem document', async () => {
    await serve((_, response) => {
      response.writeHead(502)
      response.end('<html>bad gateway</html>')
    })
    expect(await failure(http.get('/health'))).toMatchObject({ status: 502, code: 'internal' })
  })

  it('tell when nobody is there', async () => {
    await serve((request) => request.socket.destroy())
    expect(await failure(http.get('/health'))).toMatchObject({ status: 0, code: 'unreachable' })
  })

  it('come back empty from 204', async () => {
    await serve((_, response) => response.writeHead(204).end())
    expect(await http.delete('/session')).toBeUndefined()
  })
})
