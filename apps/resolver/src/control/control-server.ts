/**
 * The resolver's side of the control socket: HTTP over a Unix socket, JSON both ways (shared/control/messages.ts).
 *
 * The socket lies in the data folder with mode 0600: whoever may read the database may ask, nobody else.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { ExplainCommand, type Explanation } from '@weir/shared/contract/explain'
import type { SimulationResult } from '@weir/shared/contract/simulation'
import type { Sample } from '@weir/shared/contract/stats'
import {
  type CHECKPOINT_MODES,
  CheckpointRequest,
  type CheckpointResult,
  FlushCommand,
} from '@weir/shared/contract/system'
import type { ReloadReply, ReloadRequest, StatusReply, StreamMessage } from '@weir/shared/control/messages'
import type { SimulationCommand } from '@weir/shared/control/simulation'
import { z } from 'zod'

/** What the socket offers; the composition root implements it. */
export interface ControlHandlers {
  reload(request: ReloadRequest): Promise<ReloadReply>
  status(): StatusReply
  /** @returns a text where the question makes no sense */
  explain(asked: ExplainCommand): Promise<Explanation | string>
  /** @returns answers removed, or a text where the name makes no sense */
  /** @param signal aborts when nobody waits any more @returns a text where the draft makes no sense */
  simulate(command: SimulationCommand, signal: AbortSignal): Promise<SimulationResult | string>
  /** @returns the name of an address, null for none */
  lookUp(reverse: string): Promise<string | null>
  flush(name: string | undefined, subtree: boolean): number | string
  samples(): readonly Sample[]
  metrics(): string
  checkpointLog(mode: (typeof CHECKPOINT_MODES)[number]): Promise<CheckpointResult>
  clearLog(): Promise<void>
  /** @returns a function that ends the subscription */
  subscribe(listener: (message: StreamMessage) => void): () => void
}

const MAX_BODY_OCTETS = 64 * 1024
/** A draft names its clients one by one. */
const MAX_DRAFT_OCTETS = 4 * 1024 * 1024
/** A subscriber that is further behind misses messages; the API notices by its samples' times. */
const MAX_STREAM_BACKLOG_OCTETS = 1024 * 1024
/** Longer than anyone should keep a call open. */
const MAX_PATIENCE_MS = 60_000
const ReverseNameCommand = z.object({ name: z.string().max(1024) })
const ReloadBody = z.object({
  revision: z.int().nonnegative(),
  patienceMs: z.int().nonnegative().max(MAX_PATIENCE_MS).optional(),
  isWithoutLists: z.boolean().optional(),
})

class BadRequest extends Error {}

async function readBody(request: IncomingMessage, limit = MAX_BODY_OCTETS): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > limit) throw new BadRequest('the body is too large')
    parts.push(part as Buffer)
  }
  if (size === 0) return {}
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw new BadRequest('the body is not JSON')
  }
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw new BadRequest(result.error.issues[0]?.message ?? 'not understood')
  return result.data
}

/** Texts from handlers are refusals. */
function accepted<T>(value: T | string): T {
  if (typeof value === 'string') throw new BadRequest(value)
  return value
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

type Route = (
  handlers: ControlHandlers,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => Promise<void> | void

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /reload': async (handlers, request, response) => {
    json(response, 200, await handlers.reload(parse(ReloadBody, await readBody(request))))
  },
  'GET /status': (handlers, _request, response) => json(response, 200, handlers.status()),
  'GET /explain': async (handlers, _request, response, url) => {
    const asked = parse(ExplainCommand, Object.fromEntries(url.searchParams))
    json(response, 200, accepted(await handlers.explain(asked)))
  },
  'POST /simulate': async (handlers, request, response) => {
    // The API has checked it; nobody else may write to this socket.
    const command = (await readBody(request, MAX_DRAFT_OCTETS)) as SimulationCommand
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    json(response, 200, accepted(await handlers.simulate(command, gone.signal)))
  },
  'GET /reverse-name': async (handlers, _request, response, url) => {
    const { name } = parse(ReverseNameCommand, Object.fromEntries(url.searchParams))
    json(response, 200, { name: await handlers.lookUp(name) })
  },
  'POST /cache/flush': async (handlers, request, response) => {
    const { name, subtree } = parse(FlushCommand, await readBody(request))
    json(response, 200, { removed: accepted(handlers.flush(name, subtree)) })
  },
  'GET /samples': (handlers, _request, response) => json(response, 200, { items: handlers.samples() }),
  'GET /metrics': (handlers, _request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(handlers.metrics())
  },
  'POST /log/checkpoint': async (handlers, request, response) => {
    const { mode } = parse(CheckpointRequest.pick({ mode: true }), await readBody(request))
    json(response, 200, await handlers.checkpointLog(mode))
  },
  'POST /log/clear': async (handlers, _request, response) => {
    await handlers.clearLog()
    json(response, 200, { cleared: true })
  },
  'GET /stream': (handlers, _request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    const end = handlers.subscribe((message) => {
      if (response.writableLength < MAX_STREAM_BACKLOG_OCTETS) response.write(`${JSON.stringify(message)}\n`)
    })
    response.on('close', end)
  },
}

async function serve(handlers: ControlHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://resolver')
  const route = ROUTES[`${request.method} ${url.pathname}`]
  if (!route) return json(response, 404, { detail: `no ${request.method} ${url.pathname}` })
  try {
    await route(handlers, request, response, url)
  } catch (error) {
    const isBadRequest = error instanceof BadRequest
    if (!response.headersSent) json(response, isBadRequest ? 400 : 500, { detail: (error as Error).message })
    else response.destroy()
  }
}

/** A socket file that nobody listens on was left by a killed process. */
const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

export interface ControlServer {
  close(): Promise<void>
}

/**
 * Listens on the socket; a dead one in its place is replaced.
 * @throws Error when another resolver runs on this data folder, or the path cannot be bound
 */
export async function startControlServer(path: string, handlers: ControlHandlers): Promise<ControlServer> {
  if (await isAlive(path)) throw new Error(`another resolver runs on this data folder: ${path} answers`)
  rmSync(path, { force: true })
  const server: Server = createServer((request, response) => void serve(handlers, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
  chmodSync(path, 0o600)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
