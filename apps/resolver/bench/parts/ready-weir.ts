/** Weir with a list loaded, its cache filled and its code warm, and the questions to ask it. */
import { rmSync } from 'node:fs'
import type { LoadResult, LoadRun } from '../comparison/load.ts'
import { blockListNames } from '../comparison/names.ts'
import type { Weir } from '../comparison/weir.ts'
import { cachedQuestions, Questions } from '../comparison/workloads.ts'
import type { WeirPlan, World } from '../comparison/world.ts'
import type { PartSettings } from './part.ts'

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

export class ReadyWeir {
  readonly world: World
  readonly weir: Weir
  readonly list: readonly string[]
  readonly #isSmoke: boolean

  constructor(world: World, weir: Weir, list: readonly string[], isSmoke: boolean) {
    this.world = world
    this.weir = weir
    this.list = list
    this.#isSmoke = isSmoke
  }

  /** Asks questions of one kind. What is missed is missed: names that no load before has asked for. */
  async load(kind: Kind, seconds: number, more: Partial<LoadRun> = {}): Promise<MeasuredLoad> {
    const isOnce = kind === 'mixed' || kind === 'missed'
    const lines = isOnce ? (more.rate ?? UNIQUE_LINES_A_SECOND) * seconds : LINES
    const questions = new Questions({ cachedNames: CACHED_NAMES, blockedNames: BLOCKED_NAMES }, this.list, ++rounds)
    const file = await this.world.writeQuestions(
      `${kind}-${rounds}`,
      questions.take(this.#isSmoke ? SMOKE_LINES : lines, kind),
    )
    const { resolver, dnsPort } = this.weir
    const before = resolver.cpuNanoseconds()
    const result = await this.world.load({ port: dnsPort, file, seconds, isOnce, ...more })
    rmSync(file)
    return { ...result, cpuMicroseconds: (resolver.cpuNanoseconds() - before) / 1000 / Math.max(1, result.completed) }
  }

  /** Full load of one kind, the same questions again and again, while something else is measured. */
  async during<T>(kind: 'cached' | 'blocked', measure: () => Promise<T>): Promise<T> {
    const questions = new Questions({ cachedNames: CACHED_NAMES, blockedNames: BLOCKED_NAMES }, this.list, ++rounds)
    const lines = questions.take(this.#isSmoke ? SMOKE_LINES : LINES, kind)
    const file = await this.world.writeQuestions(`${kind}-${rounds}`, lines)
    let isDone = false
    const loading = (async () => {
      while (!isDone) await this.world.load({ port: this.weir.dnsPort, file, seconds: SECONDS_A_LOAD })
    })()
    try {
      return await measure()
    } finally {
      isDone = true
      await loading
      rmSync(file)
    }
  }

  async warmUp(kinds: readonly Kind[]): Promise<void> {
    const file = await this.world.writeQuestions('warm-up', cachedQuestions(CACHED_NAMES))
    await this.world.load({ port: this.weir.dnsPort, file, seconds: 10, isOnce: true })
    for (const kind of kinds) await this.load(kind, WARM_UP_SECONDS)
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
