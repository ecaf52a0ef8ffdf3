/** Weir's API as a program uses it. */
import { createReadStream } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { pipeline } from 'node:stream/promises'

export const ADMIN_TOKEN = 'benchmark-admin-token'

interface RequestOptions {
  readonly body?: unknown
  /** A file to send instead of a body. */
  readonly file?: string
}

/** Of the response to a change: on a busy machine it may come before the resolver has confirmed, and then promises nothing. */
export interface Applied {
  readonly applied: boolean
}

export class WeirApi {
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true })

  constructor(port: number) {
    this.#port = port
  }

  /** @throws Error with the problem when the API refuses */
  call<T>(method: string, path: string, { body, file }: RequestOptions = {}): Promise<T> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const type = file === undefined ? 'application/json' : 'text/plain'
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          path: `/api/v1${path}`,
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${ADMIN_TOKEN}`,
            ...(file === undefined && payload === undefined ? {} : { 'content-type': type }),
            ...(payload === undefined ? {} : { 'content-length': Buffer.byteLength(payload) }),
          },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () => {
            const text = Buffer.concat(parts).toString()
            if ((response.statusCode ?? 500) < 300) resolve(text === '' ? (undefined as T) : (JSON.parse(text) as T))
            else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`))
          })
        },
      )
      request.on('error', reject)
      if (file === undefined) request.end(payload)
      else pipeline(createReadStream(file), request).catch(reject)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
