/** A process under measurement: pinned to a core, accounted by the scheduler, ended by its own id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { FIRST } from './priority.ts'

const STOP_PATIENCE_MS = 10_000
const OUTPUT_LIMIT_CHARACTERS = 20_000

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Core to stay on; undefined: any. */
  readonly core?: number | undefined
  /** Ahead of all else on its core, where the user may say so. */
  readonly isFirst?: boolean
}

export class ServerProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #output = ''

  constructor({ command, args, env, core, isFirst = false }: ProcessOptions) {
    const pin = core === undefined ? [] : ['taskset', '-c', String(core)]
    const pinned = [...pin, ...(isFirst ? FIRST : []), command, ...args]
    this.#child = spawn(pinned[0]!, pinned.slice(1), { env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (part: Buffer) => {
        this.#output = (this.#output + part.toString()).slice(-OUTPUT_LIMIT_CHARACTERS)
      })
    // A benchmark that dies must not leave servers behind.
    const kill = (): void => void this.#child.kill('SIGKILL')
    process.once('exit', kill)
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => process.off('exit', kill))
      this.#child.once('exit', () => resolve())
      this.#child.once('error', (error) => {
        this.#output += error.message
        resolve()
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }
  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#ended
  }
  get output(): string {
    return this.#output
  }
  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Open descriptors. */
  descriptorCount(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  /** Nanoseconds that all threads of the process have been on a core so far (field 1 of schedstat). */
  cpuNanoseconds(): number {
    const threads = readdirSync(`/proc/${this.pid}/task`)
    return threads.reduce((sum, thread) => sum + threadNanoseconds(this.pid, thread), 0)
  }

  /** Octets in memory now (VmRSS), and the most there ever were (VmHWM). */
  memory(): { resident: number; peak: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    const kilobytes = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
    return { resident: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async stop(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_PATIENCE_MS)
    await this.#ended
    clearTimeout(timer)
  }
}

/** A thread that has just ended counts as nothing. */
function threadNanoseconds(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}
