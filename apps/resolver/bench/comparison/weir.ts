/** Weir as a whole: the resolver on the measured core, the API on the other one, one data folder. */

import { createReadStream, mkdirSync, readFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ServerProcess } from './server-process.ts'

const TOKEN = 'benchmark-admin-token'
const READY_PATIENCE_MS = 30_000
const apps = fileURLToPath(new URL('../../../', import.meta.url))
/** As `npm start` gives them. */
const engineFlags = JSON.parse(readFileSync(join(apps, '../scripts/lib/engine-flags.json'), 'utf8')) as string[]

export interface WeirOptions {
  readonly folder: string
  readonly dnsPort: number
  readonly httpPort: number
  readonly upstreamPort: number
  readonly resolverCore: number | undefined
  readonly apiCore: number | undefined
  /** Query workers; 1 unless said otherwise. */
  readonly workers?: number
}

interface RequestOptions {
  readonly body?: unknown
  /** A file to send instead of a body. */
  readonly file?: string
}

/** Of the response to a change: on a busy machine it may come before the resolver has confirmed, and then promises nothing. */
export interface Applied {
  readonly applied: boolean
}

export class Weir {
  readonly #options: WeirOptions
  readonly #env: NodeJS.ProcessEnv
  readonly #agent = new Agent({ keepAlive: true })
  #resolver: ServerProcess | undefined
  #api: ServerProcess | undefined

  constructor(options: WeirOptions) {
    this.#options = options
    this.#env = {
      ...process.env,
      NODE_OPTIONS: '',
      WEIR_DATA_DIR: join(options.folder, 'weir'),
      WEIR_DNS_LISTEN: `127.0.0.1:${options.dnsPort}`,
      WEIR_HTTP_LISTEN: `127.0.0.1:${options.httpPort}`,
      WEIR_UPSTREAMS: `127.0.0.1:${options.upstreamPort}`,
      WEIR_ADMIN_TOKEN: TOKEN,
      WEIR_ADMIN_PASSWORD: 'benchmark admin password',
      WEIR_WORKERS: String(options.workers ?? 1),
    }
    mkdirSync(join(options.folder, 'weir'), { recursive: true })
  }

  get resolver(): ServerProcess {
    if (!this.#resolver) throw new Error('the resolver is not started')
    return this.#resolver
  }
  get api(): ServerProcess {
    if (!this.#api) throw new Error('the API is not started')
    return this.#api
  }
  get dnsPort(): number {
    return this.#options.dnsPort
  }
  get dataFolder(): string {
    return join(this.#options.folder, 'weir')
  }

  startResolver(): ServerProcess {
    this.#resolver = this.#start('resolver', this.#options.resolverCore)
    return this.#resolver
  }

  async startApi(): Promise<void> {
    this.#api = this.#start('api', this.#options.apiCore)
    const deadline = Date.now() + READY_PATIENCE_MS
    while (!(await this.#isUp().catch(() => false))) {
      if (Date.now() > deadline || !this.#api.isRunning)
        throw new Error(`Weir does not come up\n${this.#api.output}\n${this.#resolver?.output}`)
      await pause(50)
    }
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    await this.#api?.stop()
    await this.#resolver?.stop()
  }

  /** @throws Error with the problem when the API refuses */
  call<T>(method: string, path: string, { body, file }: RequestOptions = {}): Promise<T> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const type = file === undefined ? 'application/json' : 'text/plain'
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#options.httpPort,
          path: `/api/v1${path}`,
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${TOKEN}`,
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

  async #isUp(): Promise<boolean> {
    return (await this.call<{ resolver: string }>('GET', '/health')).resolver === 'up'
  }

  #start(app: 'resolver' | 'api', core: number | undefined): ServerProcess {
    return new ServerProcess({
      command: process.execPath,
      args: [...engineFlags, join(apps, app, 'dist', 'main.js')],
      env: this.#env,
      core,
      // Clients that ask are machines of their own; here they must not keep the API from its core.
      isFirst: app === 'api' && core !== undefined && core !== this.#options.resolverCore,
    })
  }
}
