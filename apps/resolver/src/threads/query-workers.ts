/**
 * The query workers as the main thread sees them: started, told of changes, started again when one dies.
 *
 * The others serve meanwhile: each has sockets of its own on the same port.
 */
import { Worker } from 'node:worker_threads'
import type { Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { Designation } from '../query/policy-parts.ts'
import type { FromWorker, ToWorker, WorkerCounters, WorkerStart, WorkerState } from './worker-messages.ts'

type Report = Extract<FromWorker, { kind: 'report' }>
type Ready = Extract<FromWorker, { kind: 'ready' }>
type Outcome = Ready | Extract<FromWorker, { kind: 'failed' }>

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './query-worker.ts' : './query-worker.js', import.meta.url)
/** A worker that does not confirm a change by then is taken for stuck; the change still reaches it. */
const APPLY_PATIENCE_MS = 30_000
const STOP_PATIENCE_MS = 5000
const LOOK_UP_PATIENCE_MS = 4000
const RESTART_DELAY_MS = 200
/**
 * The young generation, three half-spaces: V8 lets it grow to 48 MB a thread under load. What a forwarded query allocates
 * is soon gone; 6 MB hold that of five hundred, and what it costs to collect them more often was lost in the noise. The old
 * one holds the policy: as large as it needs.
 */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 6 }

export interface QueryWorkersOptions {
  readonly count: number
  /** Everything but what a worker alone has. */
  startOf(workerIndex: number, listen: readonly Endpoint[]): WorkerStart
  readonly listen: readonly Endpoint[]
  /** The program of each thread; tests have their own. */
  readonly entry?: URL
  onBug(workerIndex: number, detail: string): void
  /** Names on disk cannot be read. */
  onTierDamage(tierId: string, detail: string): void
  onRestart(workerIndex: number, detail: string): void
  /** Of the worker that serves DoT and DoH. */
  onDesignation(designation: Designation | null): void
}

interface Member {
  worker: Worker
  /** Loading: without a state yet. Starting: on its way to answering, told of changes. */
  state: 'loading' | 'starting' | 'up' | 'down'
  restarts: number
  report: Report | undefined
  ready: Ready | undefined
  readonly outcome: Promise<Outcome>
}

export class QueryWorkers {
  readonly #options: QueryWorkersOptions
  readonly #members: Member[] = []
  readonly #waiting = new Map<number, (isApplied: boolean) => void>()
  readonly #lookingUp = new Map<number, (name: string | null) => void>()
  #listen: readonly Endpoint[]
  #ticket = 0
  #isStopping = false

  /** The first thread loads its code while the caller still reads what it will start with. */
  constructor(options: QueryWorkersOptions) {
    this.#options = options
    this.#listen = options.listen
    this.#spawn(0, 0)
  }

  /** Starts the first worker alone, since it finds out ports and faults, then the others. @returns why it cannot */
  async start(): Promise<Result<readonly Endpoint[], string>> {
    const first = await this.#begin(0)
    if (first.kind === 'failed') return fail(first.detail)
    this.#listen = first.endpoints
    const others = Array.from({ length: this.#options.count - 1 }, (_, i) => {
      this.#spawn(i + 1, 0)
      return this.#begin(i + 1)
    })
    for (const outcome of await Promise.all(others)) if (outcome.kind === 'failed') return fail(outcome.detail)
    return ok(this.#listen)
  }

  /** @returns true when every worker that answers, or is about to, has confirmed the change */
  async apply(change: Partial<WorkerState>): Promise<boolean> {
    const members = this.#members.filter(({ state }) => state === 'up' || state === 'starting')
    const confirmed = await Promise.all(members.map((member) => this.#tell(member, change)))
    return confirmed.every(Boolean)
  }

  /** Memory of what was replaced is free when all have done it. */
  collectGarbage(): void {
    for (const { state, worker } of this.#members)
      if (state === 'up') worker.postMessage({ kind: 'collect-garbage' } satisfies ToWorker)
  }

  /** The name of an address, by its reverse name; null for none, and while no worker answers. */
  lookUp(reverse: string): Promise<string | null> {
    const member = this.#members.find(({ state }) => state === 'up')
    if (!member) return Promise.resolve(null)
    const ticket = ++this.#ticket
    return new Promise((resolve) => {
      const settle = (name: string | null): void => {
        clearTimeout(timer)
        this.#lookingUp.delete(ticket)
        resolve(name)
      }
      const timer = setTimeout(() => settle(null), LOOK_UP_PATIENCE_MS)
      this.#lookingUp.set(ticket, settle)
      member.worker.postMessage({ kind: 'look-up', ticket, reverse } satisfies ToWorker)
    })
  }

  get states(): { id: number; state: 'starting' | 'up' | 'down'; restarts: number }[] {
    return this.#members.map(({ state, restarts }, id) => ({
      id,
      state: state === 'loading' ? 'starting' : state,
      restarts,
    }))
  }
  get reports(): Report[] {
    return this.#members.flatMap(({ report }) => report ?? [])
  }
  /** Sums over the workers that run now, at most a second old. */
  get counters(): WorkerCounters {
    const sums: Record<string, number> = {}
    for (const { counters } of this.reports)
      for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + value
    return sums
  }
  get listeners(): Ready['listeners'] {
    return this.#members.flatMap(({ ready }) => ready?.listeners ?? [])
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#members.map((member) => this.#end(member)))
  }

  #tell(member: Member, change: Partial<WorkerState>): Promise<boolean> {
    const ticket = ++this.#ticket
    return new Promise((resolve) => {
      const settle = (isApplied: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(ticket)
        member.worker.off('exit', onExit)
        resolve(isApplied)
      }
      // A worker that dies is started again with the newest state: nothing is left to confirm.
      const onExit = (): void => settle(true)
      const timer = setTimeout(() => settle(false), APPLY_PATIENCE_MS)
      this.#waiting.set(ticket, settle)
      member.worker.once('exit', onExit)
      member.worker.postMessage({ kind: 'apply', ticket, change } satisfies ToWorker)
    })
  }

  /** Makes the thread, which loads its code and then waits for `#begin`. */
  #spawn(index: number, restarts: number): void {
    const worker = new Worker(this.#options.entry ?? ENTRY, {
      name: `query-worker-${index}`,
      resourceLimits: HEAP_LIMITS,
    })
    const outcome = Promise.withResolvers<Outcome>()
    const member: Member = {
      worker,
      state: 'loading',
      restarts,
      report: undefined,
      ready: undefined,
      outcome: outcome.promise,
    }
    this.#members[index] = member
    let lastError = 'it ended without a reason'
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        member.state = 'up'
        member.ready = message
      }
      // What it had opened before would be taken by the time it is started again.
      if (message.kind === 'failed') void worker.terminate()
      if (message.kind === 'ready' || message.kind === 'failed') outcome.resolve(message)
      else this.#receive(index, member, message)
    })
    worker.on('error', (error) => {
      lastError = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    worker.on('exit', () => {
      const wasUp = member.state === 'up'
      member.state = 'down'
      outcome.resolve({ kind: 'failed', detail: lastError })
      if (wasUp && !this.#isStopping) this.#restart(index, restarts + 1, lastError)
    })
  }

  /** Gives a thread the newest state; changes from then on reach it as messages. */
  #begin(index: number): Promise<Outcome> {
    const member = this.#members[index]!
    if (member.state === 'loading') member.state = 'starting'
    member.worker.postMessage({ kind: 'start', start: this.#options.startOf(index, this.#listen) } satisfies ToWorker)
    return member.outcome
  }

  #restart(index: number, restarts: number, detail: string): void {
    this.#options.onRestart(index, detail)
    setTimeout(() => {
      if (this.#isStopping) return
      this.#spawn(index, restarts)
      void this.#begin(index).then((outcome) => {
        if (outcome.kind === 'failed') this.#restart(index, restarts + 1, outcome.detail)
      })
    }, RESTART_DELAY_MS)
  }

  #receive(index: number, member: Member, message: FromWorker): void {
    if (message.kind === 'applied') this.#waiting.get(message.ticket)?.(message.isApplied)
    else if (message.kind === 'looked-up') this.#lookingUp.get(message.ticket)?.(message.name)
    else if (message.kind === 'report') member.report = message
    else if (message.kind === 'tier-damaged') this.#options.onTierDamage(message.tierId, message.detail)
    else if (message.kind === 'designation') this.#options.onDesignation(message.designation)
    else if (message.kind === 'bug') this.#options.onBug(index, message.detail)
  }

  #end({ worker, state }: Member): Promise<void> {
    if (state === 'down') return Promise.resolve()
    if (state === 'loading') return worker.terminate().then(() => undefined)
    return new Promise((resolve) => {
      const timer = setTimeout(() => void worker.terminate(), STOP_PATIENCE_MS)
      worker.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      worker.postMessage({ kind: 'stop' } satisfies ToWorker)
    })
  }
}
