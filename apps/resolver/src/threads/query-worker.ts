/** One query worker: its own sockets, its own upstream exchange, its own view of the policy; index and cache are shared. */
import { parentPort } from 'node:worker_threads'
import { systemClock } from '@weir/shared/clock'
import { collectGarbage } from '@weir/shared/collect-garbage'
import { type Endpoint, formatEndpoint } from '@weir/shared/environment'
import { buildPipeline } from '../build-pipeline.ts'
import { InFlightForwarder } from '../cache/in-flight.ts'
import { ServerCookies } from '../limits/server-cookies.ts'
import type { RateLimiter } from '../limits/token-bucket.ts'
import type { WaitingLimit } from '../limits/waiting-limit.ts'
import { loadLinuxCalls } from '../linux/datagram-socket.ts'
import { takeShortTurns } from '../linux/time-slice.ts'
import { GIVE_UP_AFTER_MS } from '../listen/drain.ts'
import { TcpListener } from '../listen/tcp.ts'
import { type ChosenUdpListener, chooseUdpListener } from '../listen/udp-listener.ts'
import { Prefetcher } from '../pipeline/stages/prefetcher.ts'
import type { QueryHandler } from '../query/ports.ts'
import { cutSearchesOf, skippedExpressionsOf } from '../rules/policy-figures.ts'
import type { TierIndex } from '../rules/tier-index.ts'
import { SharedRecorder } from '../telemetry/recorder.ts'
import { linuxChannels } from '../upstream/exchange/linux-channel.ts'
import { UpstreamPool } from '../upstream/upstream-pool.ts'
import { LiveState } from './live-state.ts'
import { OwnLookUps } from './own-look-ups.ts'
import type { SecureListeners } from './secure-listeners.ts'
import type {
  FromWorker,
  ListenerInfo,
  TierReport,
  ToWorker,
  WorkerCounters,
  WorkerStart,
  WorkerState,
} from './worker-messages.ts'

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

interface Listeners {
  readonly udp: ChosenUdpListener[]
  readonly tcp: TcpListener[]
  secure: SecureListeners | null
}

/** TCP first: it finds a port that another program has, which SO_REUSEPORT would let us share in silence. */
async function listen(start: WorkerStart, handler: QueryHandler): Promise<Listeners | string> {
  const listeners: Listeners = { udp: [], tcp: [], secure: null }
  for (const asked of start.listen) {
    let endpoint: Endpoint = asked
    if (start.servesStreams) {
      const tcp = new TcpListener({ endpoint, handler })
      const opened = await tcp.start()
      if (!opened.ok) return opened.error.detail
      endpoint = tcp.endpoint
      listeners.tcp.push(tcp)
    }
    const udp = await chooseUdpListener({ endpoint, handler })
    const opened = await udp.listener.start()
    if (!opened.ok) return opened.error.detail
    listeners.udp.push(udp)
  }
  if (start.secure === null) return listeners
  // Their code, and that of TLS, is loaded only where they are wanted.
  const { openSecureListeners } = await import('./secure-listeners.ts')
  const opened = await openSecureListeners({
    listen: start.secure,
    handler,
    onFault: (detail) => post({ kind: 'bug', detail }),
    onDesignation: (designation) => post({ kind: 'designation', designation }),
  })
  if (typeof opened === 'string') return opened
  listeners.secure = opened
  return listeners
}

const describe = ({ udp, tcp, secure }: Listeners): ListenerInfo[] => [
  ...udp.map(({ listener, fallbackReason }): ListenerInfo => {
    const { endpoint, implementation } = listener
    const reason = fallbackReason ?? 'recvmmsg and sendmmsg move packets in batches'
    const receiveBufferOctets = listener.readSocket()
    return { transport: 'udp', address: formatEndpoint(endpoint), implementation, reason, receiveBufferOctets }
  }),
  ...tcp.map((listener): ListenerInfo => {
    const address = formatEndpoint(listener.endpoint)
    const reason = 'streams are served by one worker'
    return { transport: 'tcp', address, implementation: 'net', reason, receiveBufferOctets: null }
  }),
  ...(secure?.infos ?? []),
]

interface Counted {
  readonly limiter: RateLimiter
  readonly waiting: WaitingLimit
  readonly forwarder: InFlightForwarder
  readonly prefetcher: Prefetcher
  readonly upstreams: UpstreamPool
  readonly cutSearches: number
}

function countersOf({ udp, tcp, secure }: Listeners, counted: Counted): WorkerCounters {
  const { limiter, waiting, forwarder, prefetcher } = counted
  const sums: Record<string, number> = {
    rate_limited: limiter.refused,
    waiting_limited: waiting.refused,
    patterns_cut: counted.cutSearches,
  }
  const add = (prefix: string, counters: object): void => {
    for (const [name, value] of Object.entries(counters)) {
      const key = `${prefix}_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
      sums[key] = (sums[key] ?? 0) + (value as number)
    }
  }
  for (const { listener } of udp) {
    listener.readSocket()
    add('udp', listener.counters)
  }
  for (const { counters } of tcp) add('tcp', counters)
  for (const { counters } of secure?.dot ?? []) add('dot', counters)
  for (const { counters } of secure?.doh ?? []) add('doh', counters)
  add('questions', forwarder.counters)
  add('prefetches', prefetcher.counters)
  add('upstreams', counted.upstreams.counters)
  return sums
}

const tierReport = (tier: TierIndex | null): TierReport | null =>
  tier && { counters: { ...tier.counters }, keptResults: tier.keptResults }

/** @returns what takes the main thread's commands from then on; undefined when it cannot listen */
async function run(start: WorkerStart): Promise<((command: Command) => void) | undefined> {
  const live = new LiveState(start, (tierId, detail) => post({ kind: 'tier-damaged', tierId, detail }))
  const calls = await loadLinuxCalls()
  if (calls.ok) takeShortTurns(calls.value)
  const upstreams = new UpstreamPool({
    ...(calls.ok && { openChannel: linuxChannels(calls.value) }),
    bootstrapServers: start.bootstrapServers,
    avoidPorts: new Set(start.listen.map(({ port: taken }) => taken)),
  })
  upstreams.configure(start.state.upstreams)
  let bugs = 0
  const forwarder = new InFlightForwarder(upstreams)
  const prefetcher = new Prefetcher(forwarder, () => live, after)
  const handler = buildPipeline({
    current: () => live,
    forwarder,
    prefetcher,
    recorder: new SharedRecorder(start.recorder, systemClock, start.workerIndex + 1),
    cookies: new ServerCookies(start.cookieSecrets),
    after,
    onBug: (error) => {
      if (bugs++ < MAX_BUGS_PER_REPORT)
        post({ kind: 'bug', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  })
  const lookUps = new OwnLookUps(handler, systemClock)
  const listeners = await listen(start, handler)
  if (typeof listeners === 'string') {
    post({ kind: 'failed', detail: listeners })
    port.close()
    return undefined
  }
  const timer = setInterval(() => {
    bugs = 0
    post({
      kind: 'report',
      upstreams: upstreams.status(),
      counters: countersOf(listeners, {
        limiter: live.limiter,
        waiting: live.waiting,
        forwarder,
        prefetcher,
        upstreams,
        cutSearches: cutSearchesOf(live.policy.policy),
      }),
      inFlight: forwarder.questionCount,
      skippedExpressions: skippedExpressionsOf(live.policy.policy),
      tier: tierReport(live.policy.policy.tier),
    })
  }, REPORT_EVERY_MS)

  const stop = async (): Promise<void> => {
    clearInterval(timer)
    const cancel = after(GIVE_UP_AFTER_MS, () => forwarder.giveUp())
    await Promise.all(
      [
        ...listeners.udp.map(({ listener }) => listener),
        ...listeners.tcp,
        ...(listeners.secure ? [listeners.secure] : []),
      ].map((listener) => listener.stop()),
    )
    cancel()
    upstreams.close()
    port.close()
  }
  const apply = async (change: Partial<WorkerState>): Promise<boolean> => {
    try {
      live.apply(change)
      if (change.upstreams) {
        upstreams.configure(change.upstreams)
        forwarder.forgetFailures()
      }
      if (change.index) await live.replaceIndex(change.index)
      return true
    } catch (error) {
      post({ kind: 'bug', detail: `applying a change: ${String(error)}` })
      return false
    }
  }
  post({
    kind: 'ready',
    listeners: describe(listeners),
    endpoints: listeners.udp.map(({ listener }) => listener.endpoint),
  })
  return (command) => {
    if (command.kind === 'stop') void stop()
    else if (command.kind === 'collect-garbage') collectGarbage()
    else if (command.kind === 'look-up')
      lookUps.ask(command.reverse, (name) => post({ kind: 'looked-up', ticket: command.ticket, name }))
    else {
      const { ticket, change } = command
      void apply(change).then((isApplied) => post({ kind: 'applied', ticket, isApplied }))
    }
  }
}

/** What comes while the sockets are opened waits here. */
const early: Command[] = []
let receive = (command: Command): void => void early.push(command)

port.on('message', (message: ToWorker) => {
  if (message.kind !== 'start') return receive(message)
  void run(message.start).then((serve) => {
    if (!serve) return
    receive = serve
    for (const command of early) serve(command)
  })
})
