/** A list is replaced by another of the same size while 20,000 questions a second come: what clients notice, of Weir and its peers. */
import { setTimeout as pause } from 'node:timers/promises'
import { DnsProbe, isBlockAnswer } from '../comparison/dns-probe.ts'
import { median, percentile, TIMED_RATE } from '../comparison/load.ts'
import { FIXED_RATE } from '../comparison/load-maker.ts'
import { blockListNames } from '../comparison/names.ts'
import type { Peer } from '../comparison/peers/peer.ts'
import { PEERS } from '../comparison/peers/peers.ts'
import { aheadOfLoad } from '../comparison/priority.ts'
import { latency, megabytes, milliseconds } from '../comparison/report.ts'
import type { ServerProcess } from '../comparison/server-process.ts'
import { watchSilence } from '../comparison/silence.ts'
import { table } from '../comparison/table.ts'
import { createList, importList } from '../comparison/weir-tasks.ts'
import { cachedQuestions } from '../comparison/workloads.ts'
import type { World } from '../comparison/world.ts'
import type { Part, PartSettings } from './part.ts'
import { startPeer } from './start-peer.ts'

/** Of load before the list is replaced, and after it acts. */
const MARGIN_MS = 500
const RELOAD_PATIENCE_MS = 90_000
const WARM_NAME = 'host0.perf'
const CACHED_NAMES = 10_000
/** Of Weir: a pause of the machine in one of them is not the figure. */
const ROUNDS = 5

/** A server with the first list, and how it gets the second. */
interface Replaceable {
  readonly port: number
  readonly process: ServerProcess
  /** Gives it list 0 or 1. Resolves when it says that it is done, or has been told. */
  replace(list: number): Promise<unknown>
}

type Lists = readonly [readonly string[], readonly string[]]

interface Reload {
  readonly server: string
  readonly effectMs: number
  readonly lost: number
  readonly sent: number
  readonly quietP99Ms: number
  readonly p99Ms: number
  readonly silenceMs: number
  readonly before: number
  readonly peak: number
}

export const reload: Part = async (world, settings) => {
  const reloads: Reload[] = []
  const notes: string[] = []
  const names: Lists = [blockListNames(settings.names, 1), blockListNames(settings.names, 2)]
  const weir = await startWeir(world, names)
  const rounds: Reload[] = []
  for (let round = 1; round <= (settings.isSmoke ? 1 : ROUNDS); round++)
    rounds.push(await measure(world, settings, 'weir', weir, names, round % 2))
  reloads.push(middle(rounds))
  for (const peer of settings.isSmoke ? [] : PEERS) {
    console.log(`${peer.name} …`)
    try {
      if (!peer.reload) throw new Error('cannot replace its rules without a restart, as it is configured here')
      reloads.push(await measure(world, settings, peer.name, await replaceablePeer(world, peer, names), names, 1))
    } catch (error) {
      notes.push(`Left out: ${peer.name}: ${String((error as Error).message).split('\n')[0]}`)
    }
  }
  return {
    markdown: [
      table(
        ['server', 'lost', 'longest silence', 'p99 quiet', 'p99 meanwhile', 'until the new list acts', 'memory, peak'],
        reloads.map((one) => [
          one.server,
          `${one.lost} of ${one.sent.toLocaleString('en')}`,
          milliseconds(one.silenceMs),
          latency(one.quietP99Ms),
          latency(one.p99Ms),
          milliseconds(one.effectMs),
          `${megabytes(one.before)}, ${(one.peak / one.before).toFixed(2)} ×`,
        ]),
      ),
      `weir: medians of ${rounds.length} replacements; p99 quiet ${listed(rounds, 'quietP99Ms')}, meanwhile ${listed(rounds, 'p99Ms')}, longest silence ${listed(rounds, 'silenceMs')}.`,
      ...notes,
    ].join('\n\n'),
    values: { lost: reloads[0]!.lost, p99Ms: reloads[0]!.p99Ms, quietP99Ms: reloads[0]!.quietP99Ms },
  }
}

/** Of each figure the median; of what is lost and of memory, all and the most. */
function middle(rounds: readonly Reload[]): Reload {
  const of = (figure: 'effectMs' | 'quietP99Ms' | 'p99Ms' | 'silenceMs') => median(rounds.map((one) => one[figure]))
  return {
    server: 'weir',
    effectMs: of('effectMs'),
    quietP99Ms: of('quietP99Ms'),
    p99Ms: of('p99Ms'),
    silenceMs: of('silenceMs'),
    lost: rounds.reduce((sum, { lost }) => sum + lost, 0),
    sent: rounds.reduce((sum, { sent }) => sum + sent, 0),
    before: rounds[0]!.before,
    peak: Math.max(...rounds.map(({ peak }) => peak)),
  }
}

const listed = (rounds: readonly Reload[], figure: 'quietP99Ms' | 'p99Ms' | 'silenceMs'): string =>
  rounds.map((one) => latency(one[figure])).join(', ')

async function startWeir(world: World, names: Lists): Promise<Replaceable> {
  // Who reads the list is on the server's core, as it is of the peers: the load needs most of its own.
  const weir = await world.startWeir({ isOnOneCore: true })
  const listId = await createList(weir)
  const files = [await world.writeHosts('first', names[0]), await world.writeHosts('second', names[1])]
  await importList(weir, listId, files[0]!, names[0][0]!)
  return {
    port: weir.dnsPort,
    process: weir.resolver,
    replace: (list) => weir.call('PUT', `/lists/${listId}/content`, { file: files[list]! }),
  }
}

async function replaceablePeer(world: World, peer: Peer, [first, second]: Lists): Promise<Replaceable> {
  const { port, process, place } = await startPeer(world, peer, first)
  // Written before the load begins: that is no work of the server.
  await peer.prepare(place.folder, second)
  return { port, process, replace: async () => peer.reload!(place, process) }
}

async function measure(
  world: World,
  { seconds }: PartSettings,
  server: string,
  { port, process, replace }: Replaceable,
  names: Lists,
  list: number,
): Promise<Reload> {
  const file = await world.writeQuestions('cached', cachedQuestions(CACHED_NAMES))
  const load = () => world.load({ port, file, seconds, rate: FIXED_RATE })
  await load()
  const quiet = [await load(), await load()]
  const before = process.memory().resident
  let peak = before
  const watch = setInterval(() => {
    if (process.isRunning) peak = Math.max(peak, process.memory().resident)
  }, 20)
  const endSilence = watchSilence({ port, name: WARM_NAME })
  // One load after the other until the list acts: none of the servers is asked for longer than it needs.
  let isOver = false
  const loading = (async () => {
    const loads = []
    while (!isOver) loads.push(await load())
    return loads
  })()
  let effectMs: number
  let silenceMs: number
  try {
    await pause(MARGIN_MS)
    // What it waits for the core itself would count as the server's silence.
    effectMs = await aheadOfLoad(async () => {
      const replacing = timeToReplace(port, names[list]!, () => replace(list))
      const ms = await Promise.race([replacing, failAtEnd(process)])
      await pause(MARGIN_MS)
      return ms
    })
  } finally {
    isOver = true
    clearInterval(watch)
    await loading
    silenceMs = await endSilence()
  }
  const loads = await loading
  // What was asked until it was over: the last load goes on for a while.
  const timed = Math.ceil(((effectMs + 2 * MARGIN_MS) / 1000) * TIMED_RATE)
  return {
    server,
    effectMs,
    lost: loads.reduce((sum, load) => sum + load.sent - load.completed, 0),
    sent: loads.reduce((sum, load) => sum + load.sent, 0),
    quietP99Ms: percentile(
      quiet.flatMap(({ timesMs }) => timesMs),
      99,
    ),
    p99Ms: percentile(loads.flatMap(({ timesMs }) => timesMs).slice(0, timed), 99),
    silenceMs,
    before,
    peak,
  }
}

/** Rejects when the server ends. */
async function failAtEnd(server: ServerProcess): Promise<never> {
  await server.ended
  throw new Error(`it ended when its list was replaced ${server.output.trim().split('\n').at(-1) ?? ''}`)
}

/** @returns milliseconds until a name of the second list is blocked */
async function timeToReplace(
  port: number,
  second: readonly string[],
  replace: () => Promise<unknown>,
): Promise<number> {
  const probe = new DnsProbe(port)
  try {
    const effect = probe.until(second.at(-1)!, isBlockAnswer, RELOAD_PATIENCE_MS, 2)
    const [effectMs] = await Promise.all([effect, replace()])
    return effectMs
  } finally {
    probe.close()
  }
}
