import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamMessage } from '@weir/shared/control/messages'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlHandlers, type ControlServer, startControlServer } from './control-server.ts'

let folder: string
let path: string
let server: ControlServer | undefined
let listener: ((message: StreamMessage) => void) | undefined

const handlers = {
  reload: async ({ revision }: { revision: number }) => ({ revision, applied: true }),
  flush: (name: string | undefined) => (name === 'bad name' ? 'bad name is not a name' : 3),
  metrics: () => 'weir_up 1\n',
  subscribe: (added: (message: StreamMessage) => void) => {
    listener = added
    return () => {
      listener = undefined
    }
  },
} as unknown as ControlHandlers

const ask = (method: string, url: string, body?: unknown): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path, method, path: url }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-control-'))
  path = join(folder, 'resolver.sock')
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

describe('startControlServer', () => {
  it('answers requests by its handlers', async () => {
    server = await startControlServer(path, handlers)
    expect(await ask('POST', '/reload', { revision: 7 })).toEqual({
      status: 200,
      text: '{"revision":7,"applied":true}',
    })
    expect(await ask('GET', '/metrics')).toEqual({ status: 200, text: 'weir_up 1\n' })
  })

  it.each([
    ['a body that is not JSON', 'POST', '/reload', '{', 400],
    ['a field of the wrong type', 'POST', '/reload', { revision: 'x' }, 400],
    ['a name that a handler refuses', 'POST', '/cache/flush', { name: 'bad name' }, 400],
    ['a body beyond the bound', 'POST', '/cache/flush', 'x'.repeat(70_000), 400],
    ['a path that is not there', 'GET', '/nowhere', undefined, 404],
  ])('refuses %s', async (_name, method, url, body, status) => {
    server = await startControlServer(path, handlers)
    expect((await ask(method, url, body)).status).toBe(status)
  })

  it('streams messages until the other side hangs up', async () => {
    server = await startControlServer(path, handlers)
    const line = await new Promise<string>((resolve) => {
      const outgoing = request({ socketPath: path, path: '/stream' }, (response) => {
        response.once('data', (part: Buffer) => {
          resolve(part.toString())
          outgoing.destroy()
        })
        listener?.({ kind: 'queries', entries: [], skipped: 4 })
      })
      outgoing.on('error', () => {})
      outgoing.end()
    })
    expect(JSON.parse(line)).toEqual({ kind: 'queries', entries: [], skipped: 4 })
  })

  it('takes the place of a dead socket, but not of a living one', async () => {
    writeFileSync(path, '')
    server = await startControlServer(path, handlers)
    await expect(startControlServer(path, handlers)).rejects.toThrow('another resolver runs')
  })
})
