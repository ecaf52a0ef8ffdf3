/** The place of a measurement: a folder of its own, the upstream, and Weir; ended and removed whatever happens. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authoritative } from './authoritative.ts'
import type { RunLoad } from './load.ts'
import { writeLines } from './names.ts'
import { freePort } from './ports.ts'
import { Weir } from './weir.ts'
import { createList, type ImportFigures, importList } from './weir-tasks.ts'

/** Which core the server has, and which all else shares. */
export interface Cores {
  readonly server: number
  readonly load: number
}

/** What a full run and a smoke run differ in. */
export interface WorldPlan {
  /** Undefined: processes stay where the system puts them. */
  readonly cores: Cores | undefined
  startUpstream(folder: string): Promise<Authoritative>
  readonly load: RunLoad
}

export interface WeirPlan {
  /** Of its folder below the world's: several can run side by side. */
  readonly name?: string
  readonly workers?: number
  /** Undefined: the world's server core. */
  readonly isPinned?: boolean
  /** The API on the core of the resolver, instead of the load's. */
  readonly isOnOneCore?: boolean
}

export class World {
  readonly folder: string
  readonly plan: WorldPlan
  readonly upstreamPort: number
  readonly #stops: (() => Promise<void>)[]

  constructor(plan: WorldPlan, folder: string, upstreamPort: number, stops: (() => Promise<void>)[]) {
    this.plan = plan
    this.folder = folder
    this.upstreamPort = upstreamPort
    this.#stops = stops
  }

  get load(): RunLoad {
    return this.plan.load
  }

  /** Runs when the world ends; the last one asked for comes first. */
  atEnd(stop: () => Promise<void>): void {
    this.#stops.push(stop)
  }

  /** Resolver and API, up and without lists. */
  async startWeir({ name = 'main', workers = 1, isPinned = true, isOnOneCore = false }: WeirPlan = {}): Promise<Weir> {
    const { cores } = this.plan
    const weir = new Weir({
      folder: this.path(`weir-${name}`),
      dnsPort: await freePort(),
      httpPort: await freePort(),
      upstreamPort: this.upstreamPort,
      resolverCore: isPinned ? cores?.server : undefined,
      apiCore: isOnOneCore ? cores?.server : cores?.load,
      workers,
    })
    this.atEnd(() => weir.stop())
    weir.startResolver()
    await weir.startApi()
    return weir
  }

  /** Makes a block list of these names and waits until it acts. */
  async loadList(weir: Weir, names: readonly string[]): Promise<ImportFigures> {
    const file = await this.writeHosts(`hosts-${names.length}`, names)
    const figures = await importList(weir, await createList(weir), file, names[names.length >> 1]!)
    rmSync(file)
    return figures
  }

  async writeHosts(name: string, names: Iterable<string>): Promise<string> {
    const path = this.path(name)
    const lines = function* (): Generator<string> {
      for (const host of names) yield `0.0.0.0 ${host}`
    }
    await writeLines(path, lines())
    return path
  }

  /** @returns where the questions lie */
  async writeQuestions(name: string, questions: Iterable<string>): Promise<string> {
    const path = this.path(`${name}.txt`)
    await writeLines(path, questions)
    return path
  }

  path(name: string): string {
    return join(this.folder, name)
  }
}

/** Makes everything in a folder under the system's temporary one, and leaves nothing behind. */
export async function inWorld<T>(plan: WorldPlan, run: (world: World) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  // For an end by signal, which waits for nothing.
  process.once('exit', remove)
  const stops: (() => Promise<void>)[] = [async () => remove()]
  try {
    mkdirSync(folder, { recursive: true })
    const upstream = await plan.startUpstream(folder)
    stops.push(() => upstream.stop())
    return await run(new World(plan, folder, upstream.port, stops))
  } finally {
    for (const stop of stops.reverse()) await stop()
    process.off('exit', remove)
  }
}
