/** From one to ten million names: memory, start, look-ups, import, disk. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { toWire } from '@weir/shared/dns/domain-name'
import { NameScratch, newSuffixHashes } from '../../src/rules/name-hash.ts'
import { RuleIndex } from '../../src/rules/rule-index.ts'
import { IndexFile } from '../../src/store/index-file.ts'
import { generateNames } from '../comparison/names.ts'
import { megabytes, milliseconds } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import { createList, importList, residentAfterStart, timeToBlock } from '../comparison/weir-tasks.ts'
import type { World } from '../comparison/world.ts'
import type { Part } from './part.ts'

const MILLIONS = [1, 2, 5, 10]
const SMOKE_MILLIONS = [0.001, 0.002]
const SAMPLES = 100_000
const STARTS = 3
const LOOKUP_ROUNDS = 5

interface Size {
  readonly names: number
  readonly importMs: number
  readonly apiPeak: number
  readonly resolverPeak: number
  readonly startMs: number
  readonly resident: number
  readonly lookupNs: number
  readonly storedOctets: number
  readonly databaseOctets: number
}

export const scale: Part = async (world, { isSmoke }) => {
  const sizes: Size[] = []
  for (const millions of isSmoke ? SMOKE_MILLIONS : MILLIONS) sizes.push(await measureSize(world, millions * 1_000_000))
  const first = sizes[0]!
  const last = sizes.at(-1)!
  const furtherMillion = ((last.resident - first.resident) / (last.names - first.names)) * 1_000_000
  return {
    markdown: `Each further million names: ${megabytes(furtherMillion)} (≤ 16 MB).\n\n${table(
      [
        'names',
        'import until it acts',
        'API’s peak',
        'resolver’s peak',
        'start until the first block',
        'resident',
        'look-up of a name and its parents',
        'octets a name stored',
        'weir.db',
      ],
      sizes.map((size) => [
        size.names.toLocaleString('en'),
        milliseconds(size.importMs),
        megabytes(size.apiPeak),
        megabytes(size.resolverPeak),
        milliseconds(size.startMs),
        megabytes(size.resident),
        `${size.lookupNs.toFixed(0)} ns`,
        (size.storedOctets / size.names).toFixed(2),
        megabytes(size.databaseOctets),
      ]),
    )}`,
    values: { furtherMillionOctets: furtherMillion, startMs: last.startMs, importMs: last.importMs },
  }
}

async function measureSize(world: World, names: number): Promise<Size> {
  console.log(`${names.toLocaleString('en')} names …`)
  const weir = await world.startWeir({ name: String(names) })
  // Some for the look-ups; all of them need not lie in memory here.
  const step = Math.max(1, Math.floor(names / SAMPLES))
  const samples: string[] = []
  const all = function* (): Generator<string> {
    let i = 0
    for (const name of generateNames(names)) {
      if (i++ % step === 0) samples.push(name)
      yield name
    }
  }
  const file = await world.writeHosts(`hosts-${names}`, all())
  const sample = samples[samples.length >> 1]!
  const imported = await importList(weir, await createList(weir), file, sample)
  const apiPeak = weir.api.memory().peak
  const starts: number[] = []
  for (let i = 0; i < STARTS; i++) {
    await weir.resolver.stop()
    starts.push(await timeToBlock(() => weir.startResolver(), weir.dnsPort, sample))
  }
  const resident = await residentAfterStart(weir.resolver, weir.dnsPort, 'ready.perf')
  const databaseOctets = ['weir.db', 'weir.db-wal'].reduce(
    (sum, one) => sum + statSync(join(weir.dataFolder, one)).size,
    0,
  )
  await weir.stop()
  return {
    names,
    importMs: imported.effectMs,
    apiPeak,
    resolverPeak: imported.peakResidentOctets,
    startMs: starts.sort((a, b) => a - b)[STARTS >> 1]!,
    resident,
    lookupNs: lookupNanoseconds(join(weir.dataFolder, 'rules.index'), samples),
    storedOctets: imported.storedOctets,
    databaseOctets,
  }
}

/** CPU time of this thread for hashing a name and looking up all its suffixes; the fastest of some rounds. */
function lookupNanoseconds(path: string, names: readonly string[]): number {
  const read = new IndexFile(path).read()
  if (!read.ok) throw new Error(read.error)
  const index = new RuleIndex(read.value.index)
  const wires = names.map((name) => toWire(`www.${name}`))
  const slot = new NameScratch()
  const hashes = newSuffixHashes()
  const round = (): number => {
    const { user, system } = process.threadCpuUsage()
    let found = 0
    for (const wire of wires) {
      slot.read(wire)
      index.hasher.hashSuffixes(slot, hashes)
      for (let depth = 1; depth <= slot.labelCount; depth++)
        if (index.findSet(hashes[2 * depth]!, hashes[2 * depth + 1]!)) found++
    }
    const after = process.threadCpuUsage()
    if (found < wires.length) throw new Error(`${wires.length - found} listed names are not in the index`)
    return ((after.user + after.system - user - system) * 1000) / wires.length
  }
  return Math.min(...Array.from({ length: LOOKUP_ROUNDS }, round))
}
