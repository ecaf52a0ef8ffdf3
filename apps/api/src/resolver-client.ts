/**
 * Client of the resolver's control socket (packages/shared/src/control/messages.ts).
 *
 * Nothing here throws because the resolver is down, slow or newer: every call returns a Result.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { ExplainCommand, Explanation } from '@weir/shared/contract/explain'
import type { SimulationResult } from '@weir/shared/contract/simulation'
import type { Sample } from '@weir/shared/contract/stats'
import type { CHECKPOINT_MODES, CheckpointResult } from '@weir/shared/contract/system'
import type {
  ClearLogReply,
  ReloadReply,
  ReloadRequest,
  StatusReply,
  StreamMessage,
} from '@weir/shared/control/messages'
import type { SimulationCommand } from '@weir/shared/control/simulation'
import { fail, ok, type Result } from '@weir/shared/result'
import type { ResolverFault } from './resolver-fault.ts'
import { PATIENCE, type Patience, whileAlive } from './while-alive.ts'

export type ResolverReply<T> = Promise<Result<T, ResolverFault>>

const CALL_TIMEOUT_MS = 5000
/** Behind a few others that are asked at the same time; a resolver that does not even say how it is gets less, see `whileAlive`. */
const EXPLAIN_TIMEOUT_MS = 30_000
const SIMULATE_TIMEOUT_MS = 90_000
/** A status of 64 workers or 300 samples is far below. */
const MAX_REPLY_OCTETS = 16 * 1024 * 1024
/** One NDJSON line: 100 log entries with long names stay below. */
const MAX_LINE_CHARACTERS = 1024 * 1024

export class ResolverClient {
  readonly #socketPath: string
  readonly #patience: Patience

  constructor(socketPath: string, patience: Patience = PATIENCE) {
    this.#socketPath = socketPath
    this.#patience = patience
  }

  /**
   * Answers when every worker decides by `revision`, or after `timeoutMs`.
   * @param request `patienceMs` below `timeoutMs`: by then the resolver answers in any case, and says whether it still compiles
   */
  reload(request: ReloadRequest, timeoutMs: number): ResolverReply<ReloadReply> {
    return this.#json<ReloadReply>('POST', '/reload', request, timeoutMs)
  }
  status(): ResolverReply<StatusReply> {
    return this.#json<StatusReply>('GET', '/status')
  }
  /** About a moment of the past it takes a second or two. */
  explain(command: ExplainCommand): ResolverReply<Explanation> {
    const { at, answer, clientId, ...asked } = command
    const query = new URLSearchParams(asked)
    if (at !== undefined) query.set('at', String(at))
    if (clientId !== undefined) query.set('clientId', clientId)
    if (answer !== undefined) query.set('answer', answer)
    return this.#whileAlive((given) =>
      this.#json<Explanation>('GET', `/explain?${query}`, undefined, EXPLAIN_TIMEOUT_MS, given),
    )
  }
  /** @param signal cancels it */
  simulate(command: SimulationCommand, signal: AbortSignal): ResolverReply<SimulationResult> {
    return this.#whileAlive((given) =>
      this.#json('POST', '/simulate', command, SIMULATE_TIMEOUT_MS, AbortSignal.any([signal, given])),
    )
  }
  /** The name of an address; asked as clients ask, and neither logged nor counted. */
  reverseName(reverse: string): ResolverReply<{ name: string | null }> {
    return this.#json('GET', `/reverse-name?${new URLSearchParams({ name: reverse })}`)
  }
  flushCache(body: { name?: string | undefined; subtree: boolean }): ResolverReply<{ removed: number }> {
    return this.#json('POST', '/cache/flush', body)
  }
  samples(): ResolverReply<{ items: Sample[] }> {
    return this.#json('GET', '/samples')
  }
  /** By the log writer; may wait for its busy_timeout. */
  checkpointLog(mode: (typeof CHECKPOINT_MODES)[number]): ResolverReply<CheckpointResult> {
    return this.#json('POST', '/log/checkpoint', { mode }, 60_000)
  }
  /** Removes all logged queries. */
  clearLog(): ResolverReply<ClearLogReply> {
    return this.#json('POST', '/log/clear', undefined, 60_000)
  }
  metrics(): ResolverReply<string> {
    return this.#call('GET', '/metrics', undefined, CALL_TIMEOUT_MS)
  }

  /**
   * Live messages until `signal` aborts or the resolver hangs up, in order. Lines that are no JSON are left out.
   * @returns why it ended; never rejects
   */
  async stream(
    signal: AbortSignal,
    onOpen: () => void,
    onMessage: (message: StreamMessage) => void,
  ): Promise<ResolverFault | undefined> {
    try {
      const response = await this.#open('GET', '/stream', undefined, signal)
      if (response.statusCode !== 200) {
        response.destroy()
        return {
          code: 'refused',
          status: response.statusCode ?? 0,
          detail: `the resolver answered ${response.statusCode}`,
        }
      }
      onOpen()
      for await (const line of createInterface({ input: response })) {
        const message = parseLine(line)
        if (message) onMessage(message)
      }
      return undefined
    } catch (error) {
      return signal.aborted ? undefined : unreachable(error)
    }
  }

  /** See `whileAlive`: `call` is waited for as long as the resolver tells its status. */
  #whileAlive<T>(call: (givenUp: AbortSignal) => ResolverReply<T>): ResolverReply<T> {
    return whileAlive(
      call,
      async (signOfLifeMs) => (await this.#json('GET', '/status', undefined, signOfLifeMs)).ok,
      this.#patience,
    )
  }

  async #json<T>(
    method: string,
    path: string,
    body?: unknown,
    timeoutMs = CALL_TIMEOUT_MS,
    cancelled?: AbortSignal,
  ): ResolverReply<T> {
    const reply = await this.#call(method, path, body, timeoutMs, cancelled)
    if (!reply.ok) return reply
    try {
      return ok(JSON.parse(reply.value) as T)
    } catch {
      return fail({ code: 'refused', status: 0, detail: 'the resolver answered something that is no JSON' })
    }
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    timeoutMs: number,
    cancelled?: AbortSignal,
  ): ResolverReply<string> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = cancelled ? AbortSignal.any([timeout, cancelled]) : timeout
    try {
      const response = await this.#open(method, path, body, signal)
      const text = await readText(response)
      if (response.statusCode === 200) return ok(text)
      return fail({ code: 'refused', status: response.statusCode ?? 0, detail: detailOf(text) })
    } catch (error) {
      if (signal.aborted)
        return fail({ code: 'timeout', status: 0, detail: `the resolver did not answer within ${timeoutMs} ms` })
      return fail(unreachable(error))
    }
  }

  #open(method: string, path: string, body: unknown, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const headers = payload === undefined ? {} : { 'content-type': 'application/json' }
      const request: ClientRequest = httpRequest(
        { socketPath: this.#socketPath, method, path, headers: { host: 'resolver', ...headers }, agent: false, signal },
        resolve,
      )
      request.on('error', reject)
      request.end(payload)
    })
  }
}

function unreachable(error: unknown): ResolverFault {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const detail =
    code === 'ENOENT' || code === 'ECONNREFUSED'
      ? 'the resolver is not running'
      : `no answer from the resolver (${code})`
  return { code: 'unreachable', status: 0, detail }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    octets += chunk.length
    if (octets > MAX_REPLY_OCTETS) throw new Error('reply too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The sentence in an error reply, whether it is a problem or plain text. */
function detailOf(text: string): string {
  try {
    const body = JSON.parse(text) as { detail?: unknown; title?: unknown }
    return String(body.detail ?? body.title ?? text).slice(0, 500)
  } catch {
    return text.slice(0, 500)
  }
}

function parseLine(line: string): StreamMessage | undefined {
  if (line === '' || line.length > MAX_LINE_CHARACTERS) return undefined
  try {
    return JSON.parse(line) as StreamMessage
  } catch {
    return undefined
  }
}
