import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const PATIENT = { timeout: 60_000 }
const HOUR_MS = 3_600_000

let api: TestApi
let source: Server
let status = 200

beforeAll(async () => {
  api = await startTestApi()
  source = createServer((_request, response) => response.writeHead(status).end('ads.example.org\nbad line !\n'))
  source.listen(0, '127.0.0.1')
  await once(source, 'listening')
})
afterAll(async () => {
  await api.close()
  source.closeAllConnections()
  source.close()
})

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/lists${path}`, body === undefined ? {} : { body })

describe('the health of a subscription', PATIENT, () => {
  it('tells since when fetches fail, and when its content is overdue', async () => {
    const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/list.txt`
    const body = { name: 'Watched', kind: 'block', url, allowPrivateAddresses: true, refreshIntervalSeconds: 86_400 }
    const { id } = (await call('POST', '', body)).json
    await call('POST', `/${id}/refresh`)
    const health = async () => {
      const { failures, failingSince, overdueSince, lastSuccessAt } = (await call('GET', `/${id}`)).json
      return { failures, failingSince, overdueSince, lastSuccessAt }
    }
    const succeededAt = api.clock.now()
    expect(await health()).toEqual({ failures: 0, failingSince: null, overdueSince: null, lastSuccessAt: succeededAt })

    status = 503
    api.clock.advance(24 * HOUR_MS)
    const failedAt = api.clock.now()
    await call('POST', `/${id}/refresh`)
    api.clock.advance(HOUR_MS)
    await call('POST', `/${id}/refresh`)
    expect(await health()).toMatchObject({ failures: 2, failingSince: failedAt, overdueSince: null })
    api.clock.advance(24 * HOUR_MS)
    expect(await health()).toMatchObject({ failures: 2, overdueSince: succeededAt + 48 * HOUR_MS })
    const log = (await call('GET', `/${id}/updates`)).json.items
    expect(log).toMatchObject([
      { outcome: 'failed', times: 2, since: failedAt, at: failedAt + HOUR_MS, detail: 'HTTP 503 Service Unavailable' },
      { outcome: 'updated', origin: url, added: 1, rejected: 1, since: succeededAt },
    ])

    await call('PATCH', `/${id}`, { pinned: true })
    expect(await health()).toMatchObject({ overdueSince: null })
    await call('PATCH', `/${id}`, { pinned: false })
    status = 200
    await call('POST', `/${id}/refresh`)
    expect(await health()).toMatchObject({ failures: 0, failingSince: null, overdueSince: null })
  })

  it('of a list that is pasted and uploaded: each way leaves its trace, refusals too', async () => {
    const { id } = (await call('POST', '', { name: 'Pasted', kind: 'block', text: 'a.example.org\n' })).json
    const headers = { 'content-type': 'text/plain' }
    const put = (text: string) => api.call('PUT', `/api/v1/lists/${id}/content`, { body: text, headers })
    await put('a.example.org\nb.example.org\n')
    expect((await put('<html><body>')).status).toBe(422)
    expect((await call('GET', `/${id}/updates`)).json.items).toMatchObject([
      { outcome: 'failed', origin: 'upload', entries: 2, detail: expect.stringContaining('HTML') },
      { outcome: 'updated', origin: 'upload', entries: 2, added: 1 },
      { outcome: 'updated', origin: 'paste', entries: 1, added: 1 },
    ])
  })
})
