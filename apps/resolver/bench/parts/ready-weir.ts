/** Weir, or a peer, with a list loaded, its cache filled and its code warm, and the questions to ask it. */
import { rmSync } from 'node:fs'
import { checkAnswers } from '../comparison/answers-check.ts'
import type { LoadResult, LoadRun } from '../comparison/load.ts'
import { blockListNames } from '../comparison/names.ts'
import type { Peer } from '../comparison/peers/peer.ts'
import type { ServerProcess } from '../comparison/server-process.ts'
import type { Weir } from '../comparison/weir.ts'
import { cachedQuestions, Questions } from '../comparison/workloads.ts'
import type { WeirPlan, World } from '../comparison/world.ts'
import type { PartSettings } from './part.ts'
import { startPeer } from './start-peer.ts'

const CACHED_NAMES = 10_000
const BLOCKED_NAMES = 100_000
const LINES = 400_000
const WARM_UP_SECONDS = 2
/** Of loads that last as long as something else: at most so long after its end. */
const SECONDS_A_LOAD = 5
/** Lines a second for loads that must not ask twice: more than any server here takes. */
const UNIQUE_LINES_A_SECOND = 200_000
/** The small load reads a few lines anyway. */
const SMOKE_LINES = 2000

export type Kind = 'cached' | 'blocked' | 'mixed' | 'missed'

export interface MeasuredLoad extends LoadResult {
  /** Of all the resolver's threads, for each answered query. */
  readonly cpuMicroseconds: number
}

let rounds = 0

export class ReadyServer {
  readonly world: World
  readonly port: number
  readonly #processNow: () => ServerProcess
  readonly list: readonly string[]
  protected readonly isSmoke: boolean

  /** @param processNow the one that answers: it may have been started anew */
  constructor(
    world: World,
    { port, processNow }: { port: number; processNow: () => ServerProcess },
    list: readonly string[],
    isSmoke: boolean,
  ) {
    this.world = world
    this.port = port
    this.#processNow = processNow
    this.list = list
    this.isSmoke = isSmoke
  }

  get process(): ServerProcess {
    return this.#processNow()
  }

  /** Asks questions of one kind. What is missed is missed: names that no load before has asked for. */
  async load(kind: Kind, seconds: number, more: Partial<LoadRun> = {}): Promise<MeasuredLoad> {
    const isOnce = kind === 'mixed' || kind === 'missed'
    const lines = isOnce ? (more.rate ?? UNIQUE_LINES_A_SECOND) * seconds : LINES
    const file = await this.writeQuestions(kind, lines)
    const { port, process } = this
    const before = process.cpuNanoseconds()
    const result = await this.world.load({ port, file, seconds, isOnce, ...more })
    rmSync(file)
    return { ...result, cpuMicroseconds: (process.cpuNanoseconds() - before) / 1000 / Math.max(1, result.completed) }
  }

  async warmUp(kinds: readonly Kind[]): Promise<void> {
    const file = await this.world.writeQuestions('warm-up', cachedQuestions(CACHED_NAMES))
    await this.world.load({ port: this.port, file, seconds: 10, isOnce: true })
    for (const kind of kinds) await this.load(kind, WARM_UP_SECONDS)
  }

  /** @returns where they lie */
  protected writeQuestions(kind: Kind, lines: number): Promise<string> {
    const questions = new Questions({ cachedNames: CACHED_NAMES, blockedNames: BLOCKED_NAMES }, this.list, ++rounds)
    return this.world.writeQuestions(`${kind}-${rounds}`, questions.take(this.isSmoke ? SMOKE_LINES : lines, kind))
  }
}

export class ReadyWeir extends ReadyServer {
  readonly weir: Weir

  constructor(world: World, weir: Weir, list: readonly string[], isSmoke: boolean) {
    super(world, { port: weir.dnsPort, processNow: () => weir.resolver }, list, isSmoke)
    this.weir = weir
  }

  /** Full load of one kind, the same questions again and again, while something else is measured. */
  async during<T>(kind: 'cached' | 'blocked', measure: () => Promise<T>): Promise<T> {
    const file = await this.writeQuestions(kind, LINES)
    let isDone = false
    const loading = (async () => {
      while (!isDone) await this.world.load({ port: this.port, file, seconds: SECONDS_A_LOAD })
    })()
    try {
      return await measure()
    } finally {
      isDone = true
      await loading
      rmSync(file)
    }
  }
}

export async function readyWeir(
  world: World,
  { names, isSmoke }: PartSettings,
  kinds: readonly Kind[],
  plan: WeirPlan = {},
): Promise<ReadyWeir> {
  console.log(`Weir${plan.name === undefined ? '' : ` ${plan.name}`}: list and warm-up …`)
  const list = blockListNames(names)
  const weir = await world.startWeir(plan)
  await world.loadList(weir, list)
  const ready = new ReadyWeir(world, weir, list, isSmoke)
  await ready.warmUp(kinds)
  return ready
}

/** A peer with the same names blocked, which answers rightly. @throws Error when it does not, or cannot be started */
export async function readyPeer(
  world: World,
  peer: Peer,
  { names, isSmoke }: PartSettings,
  kinds: readonly Kind[],
): Promise<ReadyServer> {
  console.log(`${peer.name}: list and warm-up …`)
  const list = blockListNames(names)
  const { port, process } = await startPeer(world, peer, list)
  await checkAnswers(peer.name, port, list)
  const ready = new ReadyServer(world, { port, processNow: () => process }, list, isSmoke)
  await ready.warmUp(kinds)
  return ready
}
