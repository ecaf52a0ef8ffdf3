/** Weir as a whole: the resolver on the measured core, the API on the other one, one data folder. */

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ServerProcess } from './server-process.ts'
import { ADMIN_TOKEN, WeirApi } from './weir-api.ts'

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

export class Weir {
  readonly #options: WeirOptions
  readonly #env: NodeJS.ProcessEnv
  readonly #client: WeirApi
  #resolver: ServerProcess | undefined
  #api: ServerProcess | undefined

  constructor(options: WeirOptions) {
    this.#options = options
    this.#client = new WeirApi(options.httpPort)
    this.#env = {
      ...process.env,
      NODE_OPTIONS: '',
      WEIR_DATA_DIR: join(options.folder, 'weir'),
      WEIR_DNS_LISTEN: `127.0.0.1:${options.dnsPort}`,
      WEIR_HTTP_LISTEN: `127.0.0.1:${options.httpPort}`,
      WEIR_UPSTREAMS: `127.0.0.1:${options.upstreamPort}`,
      WEIR_ADMIN_TOKEN: ADMIN_TOKEN,
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
    this.#client.close()
    await this.#api?.stop()
    await this.#resolver?.stop()
  }

  get httpPort(): number {
    return this.#options.httpPort
  }

  /** @throws Error with the problem when the API refuses */
  call<T>(...request: Parameters<WeirApi['call']>): Promise<T> {
    return this.#client.call<T>(...request)
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
