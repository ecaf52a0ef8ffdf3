/** Names and lists that nobody made up for it: asked by Zipf's law, with all the lists of a folder loaded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom, zipfRanks } from '../comparison/names.ts'
import { latency, megabytes, milliseconds, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Weir } from '../comparison/weir.ts'
import { createList } from '../comparison/weir-tasks.ts'
import type { World } from '../comparison/world.ts'
import type { Part } from './part.ts'

const LINES = 400_000
const RATE = 20_000

interface LoadedList {
  readonly file: string
  readonly names: number
  readonly storedOctets: number
  readonly importMs: number
}

interface ListFacts {
  readonly activeVersion: { readonly names: number; readonly storedOctets: number } | null
}

export const real: Part = async (world, { data, seconds, isSmoke }) => {
  const names = readNames(join(data, 'names'))
  const files = existsSync(join(data, 'lists')) ? readdirSync(join(data, 'lists')).sort() : []
  if (names.length === 0 || files.length === 0)
    return {
      markdown: `Not measured: ${data} has no names/*.txt with a name a line, or no lists/*. Say where they are with --data.`,
      values: { lists: 0 },
    }
  const weir = await world.startWeir()
  const lists: LoadedList[] = []
  for (const file of files) lists.push(await load(weir, join(data, 'lists', file), file))
  const questions = await world.writeQuestions('real', zipfQuestions(names, isSmoke ? 1000 : LINES))
  const ask = (more: { rate?: number } = {}) => world.load({ port: weir.dnsPort, file: questions, seconds, ...more })
  await ask()
  const blocked = await blockedShare(weir, world, names)
  const before = weir.resolver.cpuNanoseconds()
  const full = await ask()
  const cpu = (weir.resolver.cpuNanoseconds() - before) / 1000 / Math.max(1, full.completed)
  const { latencyMs } = await ask({ rate: RATE })
  const resident = megabytes(weir.resolver.memory().resident)
  return {
    markdown: [
      `${names.length.toLocaleString('en')} names by Zipf's law, ${(blocked * 100).toFixed(1)} % of them blocked by some list.`,
      table(
        ['queries/s', 'CPU µs/query', 'lost', `p50 at ${thousands(RATE)} a second`, 'p99', 'p99.9', 'resident'],
        [
          [
            thousands(full.queriesPerSecond),
            cpu.toFixed(2),
            String(full.sent - full.completed),
            ...[latencyMs!.p50, latencyMs!.p99, latencyMs!.p999].map(latency),
            resident,
          ],
        ],
        0,
      ),
      table(
        ['list', 'names', 'import until it acts', 'octets a name stored'],
        lists.map((list) => [
          list.file,
          list.names.toLocaleString('en'),
          milliseconds(list.importMs),
          (list.storedOctets / Math.max(1, list.names)).toFixed(2),
        ]),
      ),
    ].join('\n\n'),
    values: { lists: lists.length, lost: full.sent - full.completed },
  }
}

const readNames = (folder: string): string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .map((line) => line.trim())
    .filter((line) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(line))

/** The first name is asked most. */
function* zipfQuestions(names: readonly string[], count: number): Generator<string> {
  const rank = zipfRanks(names.length, seededRandom(7))
  for (let i = 0; i < count; i++) yield `${names[rank()]} A`
}

async function load(weir: Weir, path: string, file: string): Promise<LoadedList> {
  const id = await createList(weir, file)
  const startedAt = performance.now()
  await weir.call('PUT', `/lists/${id}/content`, { file: path })
  const importMs = performance.now() - startedAt
  const { activeVersion } = await weir.call<ListFacts>('GET', `/lists/${id}`)
  return { file, names: activeVersion?.names ?? 0, storedOctets: activeVersion?.storedOctets ?? 0, importMs }
}

/** By the explanation of some of the names, from all over the ranks. */
async function blockedShare(weir: Weir, _world: World, names: readonly string[]): Promise<number> {
  const step = Math.max(1, Math.floor(names.length / 200))
  const asked = names.filter((_, i) => i % step === 0)
  let blocked = 0
  for (const name of asked) {
    const { decision } = await weir.call<{ decision: { action: string } }>(
      'GET',
      `/explain?name=${encodeURIComponent(name)}&type=A&client=127.0.0.1`,
    )
    if (decision.action === 'block') blocked++
  }
  return blocked / asked.length
}
