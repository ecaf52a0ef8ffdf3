/** The real resolver as a process of its own, and the real API beside it where a test wants one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-ports.fixture.ts'

const apps = fileURLToPath(new URL('../../../', import.meta.url))
const TOKEN = 'integration-admin-token'
/** For what comes within milliseconds on a machine that has nothing else to do. */
const PATIENCE_MS = 120_000

interface AppliedState {
  readonly revision: number
  readonly applied: boolean
}

export class Program {
  output = ''
  readonly child: ChildProcess
  readonly ended: Promise<number | null>

  /**
   * @param entry below `apps/`
   * @param maxFileKilobytes no file of the process can grow beyond: writing fails as it does on a full disk
   */
  constructor(entry: string, variables: Readonly<Record<string, string>>, maxFileKilobytes?: number) {
    const command = [process.execPath, join(apps, entry)]
    // The limit also sends a signal, which would end the process; what is ignored stays so.
    const limited = [
      '/bin/sh',
      '-c',
      `trap '' XFSZ; ulimit -f ${(maxFileKilobytes ?? 0) * 2}; exec "$@"`,
      'sh',
      ...command,
    ]
    const [file, ...args] = maxFileKilobytes === undefined ? command : limited
    this.child = spawn(file!, args, {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (part: Buffer) => {
        this.output += part.toString()
      })
    this.ended = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)))
  }

  /** Resolves when `text` was printed. @throws Error when the process ends before */
  async printed(text: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => (this.output.includes(text) ? resolve() : undefined)
      this.child.stdout?.on('data', look)
      this.child.stderr?.on('data', look)
      look()
    })
    const over = this.ended.then((code) => {
      throw new Error(`ended with ${code} before it printed '${text}': ${this.output}`)
    })
    await Promise.race([seen, over])
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }
}

export class ResolverProcess {
  readonly dataDir: string
  readonly port: number
  readonly httpPort: number
  readonly variables: Readonly<Record<string, string>>
  resolver!: Program
  api: Program | undefined

  private constructor(dataDir: string, port: number, httpPort: number, variables: Record<string, string>) {
    this.dataDir = dataDir
    this.port = port
    this.httpPort = httpPort
    this.variables = {
      WEIR_DATA_DIR: dataDir,
      WEIR_DNS_LISTEN: `127.0.0.1:${port}`,
      WEIR_HTTP_LISTEN: `127.0.0.1:${httpPort}`,
      WEIR_ADMIN_TOKEN: TOKEN,
      WEIR_ADMIN_PASSWORD: 'correct horse battery',
      WEIR_WORKERS: '2',
      ...variables,
    }
  }

  static async start(upstreams: string, variables: Record<string, string> = {}): Promise<ResolverProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'weir-integration-'))
    const started = new ResolverProcess(dataDir, await freePort(), await freePort(), {
      WEIR_UPSTREAMS: upstreams,
      ...variables,
    })
    await started.startResolver()
    return started
  }

  async startResolver(maxFileKilobytes?: number): Promise<void> {
    this.resolver = new Program('resolver/dist/main.js', this.variables, maxFileKilobytes)
    await this.resolver.printed('Weir answers DNS on')
  }

  async startApi(maxFileKilobytes?: number): Promise<void> {
    this.api = new Program('api/dist/main.js', this.variables, maxFileKilobytes)
    await Promise.race([this.#listening(), this.api.ended])
  }

  async stop(): Promise<void> {
    await this.api?.end()
    await this.resolver.end()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /**
   * A request with the administrator's token. A change is in effect afterwards: on a machine that others keep busy too, the API
   * may say before that it is not yet.
   * @throws Error with the problem when it is refused
   */
  async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    const reply = (text === '' ? undefined : JSON.parse(text)) as (T & Partial<AppliedState>) | undefined
    if (reply?.applied !== false || reply.revision === undefined) return reply as T
    await this.#inEffect(reply.revision)
    return { ...reply, applied: true }
  }

  async #inEffect(revision: number): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while ((await this.request<{ revision: number }>('GET', '/resolver')).revision < revision) {
      if (Date.now() > deadline) throw new Error(`revision ${revision} is not in effect: ${this.resolver.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #listening(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const isUp = await this.request<{ resolver: string }>('GET', '/health').then(
        ({ resolver }) => resolver === 'up',
        () => false,
      )
      if (isUp) return
      if (Date.now() > deadline) throw new Error(`the API is not up: ${this.api?.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
