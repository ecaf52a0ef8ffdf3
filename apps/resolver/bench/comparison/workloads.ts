/** The three workloads, as files that dnsperf reads: one `name type` a line. */
import { join } from 'node:path'
import { seededRandom, writeLines, zipfRanks } from './names.ts'

export const WORKLOADS = ['cached', 'blocked', 'mixed'] as const
export type Workload = (typeof WORKLOADS)[number]

export interface NameCounts {
  readonly cachedNames: number
  /** Of the list, those that are asked for. */
  readonly blockedNames: number
}

export interface WorkloadSizes extends NameCounts {
  /** Lines of the files that are read again and again. */
  readonly lines: number
  /** Lines of the mixed file; it is read once, since a fifth of its names must never have been asked before. */
  readonly mixedLines: number
  /** The same for the mixed questions at a fixed rate. */
  readonly fixedRateLines: number
}

const cachedName = (rank: number): string => `host${rank}.perf`

/** Each cached name once, to fill a cache with. */
export const cachedQuestions = (count: number): string[] =>
  Array.from({ length: count }, (_, rank) => `${cachedName(rank)} A`)

/** Endless questions of one kind each; `round` makes the unique names unlike those of other rounds. */
export class Questions {
  readonly #random: () => number
  readonly #rank: () => number
  readonly #blocked: readonly string[]
  readonly #round: number
  #serial = 0

  constructor(sizes: NameCounts, list: readonly string[], round: number) {
    this.#random = seededRandom(1000 + round)
    this.#rank = zipfRanks(sizes.cachedNames, this.#random)
    // Every n-th, so that the names asked lie all over the list.
    const step = Math.max(1, Math.floor(list.length / sizes.blockedNames))
    this.#blocked = list.filter((_, i) => i % step === 0).slice(0, sizes.blockedNames)
    this.#round = round
  }

  cached(): string {
    return `${cachedName(this.#rank())} A`
  }

  blocked(): string {
    return `${this.#blocked[Math.floor(this.#random() * this.#blocked.length)]} A`
  }

  mixed(): string {
    const share = this.#random()
    if (share < 0.5) return this.cached()
    if (share < 0.8) return this.blocked()
    return this.missed()
  }

  /** Never asked before. */
  missed(): string {
    return `r${this.#round}n${this.#serial++}.uniq.perf A`
  }

  *take(count: number, workload: Workload | 'missed'): Generator<string> {
    for (let i = 0; i < count; i++) yield this[workload]()
  }
}

/** Where the questions of a round lie. Cached and blocked are the same in each round; mixed is written anew. */
export class WorkloadFiles {
  readonly #folder: string
  readonly #sizes: WorkloadSizes
  readonly #list: readonly string[]

  constructor(folder: string, sizes: WorkloadSizes, list: readonly string[]) {
    this.#folder = folder
    this.#sizes = sizes
    this.#list = list
  }

  /** Each cached name once, to fill the cache with. */
  get warmUp(): string {
    return join(this.#folder, 'warm-up.txt')
  }

  path(workload: Workload, round: number): string {
    return join(this.#folder, workload === 'mixed' ? `mixed-${round}.txt` : `${workload}.txt`)
  }

  /** New names for a mixed load at a fixed rate: those of the round have been asked by then. */
  fixedRatePath(workload: Workload, round: number): string {
    return workload === 'mixed' ? join(this.#folder, `mixed-fixed-${round}.txt`) : this.path(workload, round)
  }

  warmUpPath(workload: Workload): string {
    return workload === 'mixed' ? join(this.#folder, 'mixed-warm-up.txt') : this.path(workload, 0)
  }

  async write(rounds: number): Promise<void> {
    const { cachedNames, lines, mixedLines, fixedRateLines } = this.#sizes
    await writeLines(this.warmUp, cachedQuestions(cachedNames))
    const first = new Questions(this.#sizes, this.#list, 0)
    await writeLines(this.path('cached', 0), first.take(lines, 'cached'))
    await writeLines(this.path('blocked', 0), first.take(lines, 'blocked'))
    for (let round = 0; round < rounds; round++) {
      const questions = new Questions(this.#sizes, this.#list, round)
      await writeLines(this.path('mixed', round), questions.take(mixedLines, 'mixed'))
      await writeLines(this.fixedRatePath('mixed', round), questions.take(fixedRateLines, 'mixed'))
    }
    const warmUp = new Questions(this.#sizes, this.#list, rounds)
    await writeLines(this.warmUpPath('mixed'), warmUp.take(mixedLines, 'mixed'))
  }
}
