/**
 * What the API does while weir.db is missing or damaged and the resolver goes on with its copy: it says so, and looks each
 * second whether there is a weir.db again. Nothing else works without it, not even to sign in.
 */
import { createServer, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@weir/shared/db/open-database'
import type { Endpoint } from '@weir/shared/environment'
import type { Result } from '@weir/shared/result'
import { problemBody } from './problem-error.ts'
import type { ResolverClient } from './resolver-client.ts'
import type { DatabaseFault } from './weir-database.ts'

const LOOK_EVERY_MS = 1000
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

export interface WithoutDatabase {
  readonly fault: DatabaseFault
  readonly listen: Endpoint
  readonly resolver: ResolverClient
  readonly version: string
  /** One more attempt. */
  open(): Result<Database, DatabaseFault>
}

/** @returns weir.db, once it can be opened @throws Error when the address cannot be listened on */
export async function waitForDatabase(without: WithoutDatabase): Promise<Database> {
  let { fault } = without
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, without, fault.reason).catch(() => response.destroy())
  })
  await listening(server, without.listen)
  try {
    for (;;) {
      await pause(LOOK_EVERY_MS)
      const opened = without.open()
      if (opened.ok) return opened.value
      fault = opened.error
    }
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

async function answer(
  url: string,
  response: ServerResponse,
  { resolver, version }: WithoutDatabase,
  reason: string,
): Promise<void> {
  const detail = `${reason}: the resolver goes on with the configuration of before; put a backup of weir.db in its place`
  const path = url.split('?', 1)[0]
  if (path === '/api/v1/health') {
    const state = (await resolver.status()).ok ? 'up' : 'down'
    return send(response, 200, 'application/json', {
      ...{ status: 'degraded', resolver: state, configRevision: 0, reasons: [detail], version },
    })
  }
  const problem = problemBody('database-unavailable', { detail })
  if (path?.startsWith('/api/')) return send(response, problem.status, 'application/problem+json', problem)
  response.writeHead(problem.status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' })
  response.end(`Weir: ${detail}.\n`)
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` })
  response.end(JSON.stringify(body))
}

const listening = (server: Server, { address, port }: Endpoint): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => resolve())
  })
