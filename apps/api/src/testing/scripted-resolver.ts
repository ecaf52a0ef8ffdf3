/** A resolver for tests: answers the control socket's protocol from a table of replies, and keeps what it was asked. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { StatusReply, StreamMessage } from '@weir/shared/control/messages'

export interface ControlRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** Status and body; a string is sent as it is, anything else as JSON. Status 0 never answers. */
export type ControlReply = { readonly status: number; readonly body: unknown }

export const IDLE_STATUS: StatusReply = {
  startedAt: 0,
  pid: 1,
  revision: Number.MAX_SAFE_INTEGER,
  version: 'test',
  workers: [],
  listeners: [],
  index: { names: 0, sizeOctets: 0, lists: 0, compileMs: 0, compiledAt: null, budgetOctets: 2 ** 28, tier: null },
  ownRules: 0,
  cache: { entries: 0, sizeOctets: 0, limitOctets: 0 },
  log: { state: 'ok', written: 0, dropped: 0, hitsLost: 0, lastError: null },
  faults: [],
  listFaults: [],
  upstreams: [],
}

export class ScriptedResolver {
  readonly requests: ControlRequest[] = []
  /** By `METHOD /path`; change it to change the answers. */
  readonly replies = new Map<string, (request: ControlRequest) => ControlReply>([
    ['GET /status', () => ({ status: 200, body: IDLE_STATUS })],
    [
      'POST /reload',
      ({ body }) => ({ status: 200, body: { revision: (body as { revision: number }).revision, applied: true } }),
    ],
    ['GET /metrics', () => ({ status: 200, body: '# HELP weir_queries_total Queries.\n' })],
    ['GET /samples', () => ({ status: 200, body: { items: [] } })],
    ['POST /cache/flush', () => ({ status: 200, body: { removed: 3 } })],
  ])
  readonly #socketPath: string
  readonly #streams = new Set<ServerResponse>()
  #server: Server | undefined

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  get streamCount(): number {
    return this.#streams.size
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const url = new URL(request.url ?? '/', 'http://resolver')
        const asked = {
          method: request.method ?? '',
          path: request.url ?? '',
          body: text === '' ? null : JSON.parse(text),
        }
        this.requests.push(asked)
        if (url.pathname === '/stream') return this.#openStream(response)
        const reply = this.replies.get(`${asked.method} ${url.pathname}`)?.(asked) ?? { status: 404, body: {} }
        if (reply.status === 0) return
        response.writeHead(reply.status)
        response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(this.#socketPath, resolve))
    this.#server = server
  }

  /** To everybody who listens to /stream. */
  send(message: StreamMessage): void {
    for (const stream of this.#streams) stream.write(`${JSON.stringify(message)}\n`)
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }
}
