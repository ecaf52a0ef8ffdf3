/** The whole run in order: Weir's single figures first, then the rounds of load beside the peers. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAnswers } from './answers-check.ts'
import type { Authoritative } from './authoritative.ts'
import { blockListNames, writeLines } from './names.ts'
import type { Peer } from './peers/peer.ts'
import { freePort } from './ports.ts'
import { type Figure, megabytes, milliseconds } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import { type LoadMaker, measureThroughput, type ServerUnderTest, type ThroughputRow } from './throughput.ts'
import { Weir } from './weir.ts'
import { replacementFigures, ruleFigures, storageFigures } from './weir-figures.ts'
import { createList, importList, residentAfterStart, timeToBlock } from './weir-tasks.ts'
import { WorkloadFiles, type WorkloadSizes } from './workloads.ts'
import type { Cores } from './world.ts'

export interface ComparisonPlan {
  readonly listNames: number
  readonly sizes: WorkloadSizes
  readonly rounds: number
  readonly rules: number
  readonly peers: readonly Peer[]
  readonly cores: Cores | undefined
  startUpstream(folder: string): Promise<Authoritative>
  load(files: WorkloadFiles): LoadMaker
}

export interface ComparisonOutcome {
  readonly throughput: readonly ThroughputRow[]
  readonly figures: readonly Figure[]
  readonly leftOut: readonly string[]
}

const STARTS = 3

/** Makes everything in a folder of its own under the system's temporary one, and leaves nothing behind. */
export async function runComparison(plan: ComparisonPlan): Promise<ComparisonOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  // For an end by signal, which waits for nothing.
  process.once('exit', remove)
  const stops: (() => Promise<void>)[] = [async () => remove()]
  try {
    const run = new Comparison(plan, folder, stops)
    return await run.run()
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

class Comparison {
  readonly #plan: ComparisonPlan
  readonly #folder: string
  readonly #stops: (() => Promise<void>)[]
  readonly #figures: Figure[] = []
  readonly #leftOut: string[] = []
  readonly #list: readonly string[]
  readonly #files: WorkloadFiles

  constructor(plan: ComparisonPlan, folder: string, stops: (() => Promise<void>)[]) {
    this.#plan = plan
    this.#folder = folder
    this.#stops = stops
    this.#list = blockListNames(plan.listNames)
    this.#files = new WorkloadFiles(folder, plan.sizes, this.#list)
  }

  async run(): Promise<ComparisonOutcome> {
    console.log('Writing lists and questions …')
    await this.#files.write(this.#plan.rounds)
    const upstream = await this.#plan.startUpstream(this.#folder)
    this.#stops.push(() => upstream.stop())
    const load = this.#plan.load(this.#files)
    console.log('Weir: list, rules, starts …')
    const weir = await this.#measureWeir(upstream.port, load)
    const peers: ServerUnderTest[] = []
    for (const peer of this.#plan.peers) peers.push(...(await this.#tryPeer(peer, upstream.port)))
    console.log('Load …')
    const servers = [{ name: 'weir', port: weir.dnsPort, process: weir.resolver }, ...peers]
    await checkAnswers('weir', weir.dnsPort, this.#list)
    const throughput = await measureThroughput(servers, load, this.#plan.rounds)
    for (const { name, process } of servers)
      this.#add(`${name}: resident after the load`, megabytes(process.memory().resident))
    return { throughput, figures: this.#figures, leftOut: this.#leftOut }
  }

  #add(what: string, value: string, target = ''): void {
    this.#figures.push({ what, value, target })
  }

  get #sampleName(): string {
    return this.#list[Math.floor(this.#list.length / 2)]!
  }

  async #measureWeir(upstreamPort: number, load: LoadMaker): Promise<Weir> {
    const { cores, rules } = this.#plan
    const weir = new Weir({
      folder: this.#folder,
      dnsPort: await freePort(),
      httpPort: await freePort(),
      upstreamPort,
      resolverCore: cores?.server,
      apiCore: cores?.load,
    })
    this.#stops.push(() => weir.stop())
    const empty = await residentAfterStart(weir.startResolver(), weir.dnsPort, 'ready.perf')
    this.#add('weir: resident, no names', megabytes(empty))
    await weir.startApi()
    const hosts = await this.#writeHosts('hosts', this.#list)
    const listId = await createList(weir)
    const imported = await importList(weir, listId, hosts, this.#sampleName)
    this.#figures.push(...storageFigures(imported, weir.dataFolder))
    await this.#restart(weir)
    this.#figures.push(...(await ruleFigures(weir, rules, load)))
    const other = blockListNames(this.#plan.listNames, 2)
    const otherHosts = await this.#writeHosts('hosts-2', other)
    const replace = () => importList(weir, listId, otherHosts, other[other.length >> 1]!)
    this.#figures.push(...(await replacementFigures(weir, replace, load)))
    // Back to the list that the questions are about; from a fresh start, as the peers are.
    await importList(weir, listId, hosts, this.#sampleName)
    await weir.resolver.stop()
    await timeToBlock(() => weir.startResolver(), weir.dnsPort, this.#sampleName)
    return weir
  }

  async #restart(weir: Weir): Promise<void> {
    const times: number[] = []
    for (let i = 0; i < STARTS; i++) {
      await weir.resolver.stop()
      times.push(await timeToBlock(() => weir.startResolver(), weir.dnsPort, this.#sampleName))
    }
    this.#addStart('weir', times, '≤ 700 ms')
    const resident = await residentAfterStart(weir.resolver, weir.dnsPort, 'ready.perf')
    this.#add('weir: resident, list loaded', megabytes(resident), '≤ 120 MB')
  }

  #addStart(name: string, times: readonly number[], target = ''): void {
    const sorted = [...times].sort((a, b) => a - b)
    this.#add(`${name}: start until the first block answer`, milliseconds(sorted[sorted.length >> 1]!), target)
  }

  /** @returns nothing when the peer cannot be measured; the others are, and the report says why this one is not */
  async #tryPeer(peer: Peer, upstreamPort: number): Promise<ServerUnderTest[]> {
    console.log(`${peer.name}: rules, starts …`)
    const figures = this.#figures.length
    const stops = this.#stops.length
    try {
      return [await this.#measurePeer(peer, upstreamPort)]
    } catch (error) {
      this.#figures.length = figures
      for (const stop of this.#stops.splice(stops)) await stop()
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
      this.#leftOut.push(`${peer.name}: ${reason}`)
      console.log(`  left out: ${reason}`)
      return []
    }
  }

  async #measurePeer(peer: Peer, upstreamPort: number): Promise<ServerUnderTest> {
    const folder = join(this.#folder, peer.name)
    mkdirSync(folder)
    const port = await freePort()
    const world = { folder, port, upstreamPort, core: this.#plan.cores?.server ?? 0 }
    await peer.prepare(folder, this.#list)
    const empty = peer.start(world, false)
    this.#stops.push(() => empty.stop())
    this.#add(`${peer.name}: resident, no names`, megabytes(await residentAfterStart(empty, port, 'ready.perf')))
    await empty.stop()
    let server: ServerProcess | undefined
    const elapsedMs = await timeToBlock(
      () => {
        const started = peer.start(world, true)
        this.#stops.push(() => started.stop())
        server = started
        return started
      },
      port,
      this.#sampleName,
    )
    await checkAnswers(peer.name, port, this.#list)
    this.#addStart(peer.name, [elapsedMs])
    this.#add(`${peer.name}: resident, list loaded`, megabytes(server!.memory().resident))
    return { name: peer.name, port, process: server! }
  }

  async #writeHosts(name: string, list: readonly string[]): Promise<string> {
    const path = join(this.#folder, name)
    const lines = function* (): Generator<string> {
      for (const host of list) yield `0.0.0.0 ${host}`
    }
    await writeLines(path, lines())
    return path
  }
}
