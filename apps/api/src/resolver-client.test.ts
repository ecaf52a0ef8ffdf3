import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ResolverClient } from './resolver-client.ts'
import type { Patience } from './while-alive.ts'

const ASKED = { name: 'www.example.org', type: 'A', client: '192.0.2.1' }
/** Times that tests wait for are short; those that are not to pass, beyond any test. */
const NEVER_MS = 100_000

const folder = mkdtempSync(join(tmpdir(), 'weir-client-'))
let server: Server
let paths: string[] = []
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  paths = []
})

/** @param answer to a path; left out, the request hangs */
async function listen(
  patience: Patience,
  answer: (path: string, respond: (body: object) => void) => void,
): Promise<ResolverClient> {
  const handle: RequestListener = (request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    paths.push(path)
    answer(path, (body) => response.end(JSON.stringify(body)))
  }
  const path = join(folder, 'resolver.sock')
  rmSync(path, { force: true })
  server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return new ResolverClient(path, patience)
}

describe('an explanation that stays away', () => {
  it('is given up once the resolver does not even tell its status', async () => {
    const client = await listen({ lookAfterMs: 1000, signOfLifeMs: 1 }, () => undefined)
    const reply = await client.explain(ASKED)
    expect(reply).toMatchObject({ ok: false, error: { code: 'timeout' } })
    expect(!reply.ok && reply.error.detail).toContain('has said nothing for')
    expect(paths[0]).toBe('/explain')
  })

  it('is waited for while the resolver tells its status', async () => {
    let finish: (() => void) | undefined
    let looks = 0
    const client = await listen({ lookAfterMs: 1, signOfLifeMs: NEVER_MS }, (path, respond) => {
      if (path === '/explain') finish = () => respond({ name: ASKED.name })
      else {
        respond({})
        if (++looks >= 3) finish?.()
      }
    })
    expect(await client.explain(ASKED)).toEqual({ ok: true, value: { name: ASKED.name } })
    expect(looks).toBeGreaterThanOrEqual(3)
  })

  it('and that is there at once asks for nothing else', async () => {
    const client = await listen({ lookAfterMs: NEVER_MS, signOfLifeMs: 1 }, (_path, respond) =>
      respond({ name: ASKED.name }),
    )
    expect(await client.explain(ASKED)).toMatchObject({ ok: true })
    expect(paths).toEqual(['/explain'])
  })
})
