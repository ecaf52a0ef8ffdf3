/** One query worker: its own sockets, its own upstream exchange, its own view of the policy; index and cache are shared. */
import { parentPort } from 'node:worker_threads'
import { systemClock } from '@weir/shared/clock'
import { collectGarbage } from '@weir/shared/collect-garbage'
import { buildPipeline } from '../build-pipeline.ts'
import { InFlightForwarder } from '../cache/in-flight.ts'
import { ServerCookies } from '../limits/server-cookies.ts'
import { type LinuxCalls, loadLinuxCalls } from '../linux/datagram-socket.ts'
import { takeShortTurns } from '../linux/time-slice.ts'
import { GIVE_UP_AFTER_MS } from '../listen/drain.ts'
import { Prefetcher } from '../pipeline/stages/prefetcher.ts'
import type { QueryHandler } from '../query/ports.ts'
import { cutSearchesOf, skippedExpressionsOf } from '../rules/policy-figures.ts'
import type { TierIndex } from '../rules/tier-index.ts'
import { SharedRecorder } from '../telemetry/recorder.ts'
import { linuxChannels } from '../upstream/exchange/linux-channel.ts'
import { UpstreamPool } from '../upstream/upstream-pool.ts'
import { LiveState } from './live-state.ts'
import { describeListeners, type Listeners, openListeners, stopListeners } from './open-listeners.ts'
import { OwnLookUps } from './own-look-ups.ts'
import { holdingTime, TurnClock } from './turn-clock.ts'
import { countersOf } from './worker-counters.ts'
import type { FromWorker, TierReport, ToWorker, WorkerStart, WorkerState } from './worker-messages.ts'

const REPORT_EVERY_MS = 1000
/** Texts of bugs that are reported in one second; the rest is only counted. */
const MAX_BUGS_PER_REPORT = 5

type Command = Exclude<ToWorker, { kind: 'start' }>

const port = parentPort!
const post = (message: FromWorker): void => port.postMessage(message)

const after = (delayMs: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

const tierReport = (tier: TierIndex | null): TierReport | null =>
  tier && { counters: { ...tier.counters }, keptResults: tier.keptResults }

class QueryWorker {
  readonly #start: WorkerStart
  readonly #live: LiveState
  readonly #upstreams: UpstreamPool
  readonly #forwarder: InFlightForwarder
  readonly #prefetcher: Prefetcher
  readonly #handler: QueryHandler
  readonly #lookUps: OwnLookUps
  #reports: NodeJS.Timeout | undefined
  /** Since the last report. */
  #bugCount = 0

  /** @param calls how sockets to upstreams are opened; undefined: by `dgram` */
  constructor(start: WorkerStart, calls: LinuxCalls | undefined) {
    this.#start = start
    // A constant, and not the field: the stages ask for it several times a query.
    const live = new LiveState(start, (tierId, detail) => post({ kind: 'tier-damaged', tierId, detail }))
    this.#live = live
    const clock = new TurnClock()
    this.#upstreams = new UpstreamPool({
      clock,
      ...(calls && {
        openChannel: linuxChannels(calls, {
          begin: () => this.#handler.replies?.begin(),
          end: () => this.#handler.replies?.end(),
        }),
      }),
      bootstrapServers: start.bootstrapServers,
      avoidPorts: new Set(start.listen.map(({ port: taken }) => taken)),
    })
    this.#upstreams.configure(start.state.upstreams)
    this.#forwarder = new InFlightForwarder(this.#upstreams)
    this.#prefetcher = new Prefetcher(this.#forwarder, () => live, after)
    const pipeline = buildPipeline({
      current: () => live,
      forwarder: this.#forwarder,
      prefetcher: this.#prefetcher,
      recorder: new SharedRecorder(start.recorder, systemClock, start.workerIndex + 1),
      cookies: new ServerCookies(start.cookieSecrets),
      after,
      onBug: (error) => this.#tellBug(error),
    })
    this.#handler = holdingTime(clock, pipeline)
    this.#lookUps = new OwnLookUps(this.#handler, systemClock)
  }

  /** Listens from now on. @returns what takes the main thread's commands; undefined when it cannot: the main thread is told why */
  async open(): Promise<((command: Command) => void) | undefined> {
    const listeners = await openListeners(this.#start, this.#handler, {
      onFault: (detail) => post({ kind: 'bug', detail }),
      onDesignation: (designation) => post({ kind: 'designation', designation }),
    })
    if (typeof listeners === 'string') {
      post({ kind: 'failed', detail: listeners })
      return undefined
    }
    this.#reports = setInterval(() => this.#report(listeners), REPORT_EVERY_MS)
    post({
      kind: 'ready',
      listeners: describeListeners(listeners),
      endpoints: listeners.udp.map(({ listener }) => listener.endpoint),
    })
    return (command) => this.#take(command, listeners)
  }

  #take(command: Command, listeners: Listeners): void {
    if (command.kind === 'stop') void this.#stop(listeners)
    else if (command.kind === 'collect-garbage') collectGarbage()
    else if (command.kind === 'look-up')
      this.#lookUps.ask(command.reverse, (name) => post({ kind: 'looked-up', ticket: command.ticket, name }))
    else {
      const { ticket, change } = command
      void this.#apply(change).then((isApplied) => post({ kind: 'applied', ticket, isApplied }))
    }
  }

  /** @returns false when it failed by a bug, of which the main thread was told */
  async #apply(change: Partial<WorkerState>): Promise<boolean> {
    try {
      this.#live.apply(change)
      if (change.upstreams) {
        this.#upstreams.configure(change.upstreams)
        this.#forwarder.forgetFailures()
      }
      if (change.index) await this.#live.replaceIndex(change.index)
      return true
    } catch (error) {
      post({ kind: 'bug', detail: `applying a change: ${String(error)}` })
      return false
    }
  }

  async #stop(listeners: Listeners): Promise<void> {
    clearInterval(this.#reports)
    const cancel = after(GIVE_UP_AFTER_MS, () => this.#forwarder.giveUp())
    await stopListeners(listeners)
    cancel()
    this.#upstreams.close()
    port.close()
  }

  #report(listeners: Listeners): void {
    this.#bugCount = 0
    const { limiter, waiting, policy: live } = this.#live
    const { policy } = live
    post({
      kind: 'report',
      upstreams: this.#upstreams.status(),
      counters: countersOf({
        listeners,
        limiter,
        waiting,
        forwarder: this.#forwarder,
        prefetcher: this.#prefetcher,
        upstreams: this.#upstreams,
        cutSearches: cutSearchesOf(policy),
      }),
      inFlight: this.#forwarder.questionCount,
      skippedExpressions: skippedExpressionsOf(policy),
      tier: tierReport(policy.tier),
    })
  }

  #tellBug(error: unknown): void {
    if (this.#bugCount++ < MAX_BUGS_PER_REPORT)
      post({ kind: 'bug', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

/** What comes while the sockets are opened waits here. */
const early: Command[] = []
let receive = (command: Command): void => void early.push(command)

async function startWorker(start: WorkerStart): Promise<((command: Command) => void) | undefined> {
  const calls = await loadLinuxCalls()
  if (calls.ok) takeShortTurns(calls.value)
  return new QueryWorker(start, calls.ok ? calls.value : undefined).open()
}

port.on('message', (message: ToWorker) => {
  if (message.kind !== 'start') return receive(message)
  void startWorker(message.start).then((serve) => {
    if (!serve) return
    receive = serve
    for (const command of early) serve(command)
  })
})
