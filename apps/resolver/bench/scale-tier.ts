/**
 * Names beyond the memory budget, from their making to the answers: `npm run bench -- scale-tier --names 100000000`.
 *
 * ```
 *  made-up names ─▶ TierCompiler (this process: time, memory, disk) ─▶ a data folder ─▶ the real resolver (start, memory)
 *                                                                       ◀─ UDP: listed, unlisted, again and again ─┘
 * ```
 * The list stands in weir.db with one chunk that only has its number of names: the stored index is that of its version, so that the resolver does not
 * compile. What reading chunks costs is what `import` of a smaller list through the API shows (docs/scale.md).
 *
 * Client, upstream and resolver share the machine: rates are no measure of the resolver alone, compare them with each other.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { nameClass } from '@weir/shared/lists/name-class'
import { IndexBuilder } from '../src/rules/compile-index.ts'
import { NameHasher } from '../src/rules/name-hash.ts'
import type { CompiledTier, IndexedList } from '../src/rules/policy-data.ts'
import { TierIndex } from '../src/rules/tier-index.ts'
import { IndexFile } from '../src/store/index-file.ts'
import { TierCompiler } from '../src/store/tier-compiler.ts'
import { TierFiles } from '../src/store/tier-files.ts'
import { TierReader } from '../src/store/tier-reader.ts'
import { freePort } from '../test/integration/free-ports.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from '../test/integration/raw-upstream.fixture.ts'
import { Program } from '../test/integration/resolver-process.fixture.ts'
import { generatedName, writeReversedName } from './scale/generated-names.ts'
import { type Asking, ask } from './scale/udp-asker.ts'

const { values: OPTIONS } = parseArgs({
  options: { names: { type: 'string' }, budget: { type: 'string' }, folder: { type: 'string' } },
})
const NAMES = Number(OPTIONS.names ?? 100_000_000)
const BUDGET_OCTETS = Number(OPTIONS.budget ?? 256) * 1024 ** 2
/** Kept where it is, so that a second run begins with what the first has made. */
const FOLDER = OPTIONS.folder ?? join('node_modules/.cache/weir/scale', String(NAMES))
const SUFFIX = nameClass('block', 'suffix', false)
const LISTS: readonly IndexedList[] = [{ listId: 1, versionId: 1, names: NAMES }]
/** What the file system caches of the parts is not Weir's; the rest of the budget is for lists in memory. */
const FILTER_OCTETS = (BUDGET_OCTETS * 15) / 16
const LOOKUPS = 200_000

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const megabytes = (octets: number): string => `${(octets / 1e6).toFixed(0)} MB`
const say = (what: string, value: string): void => console.log(`${what.padEnd(56)} ${value}`)

function makeTier(files: TierFiles): CompiledTier {
  const startedAt = performance.now()
  const cpuAt = process.cpuUsage()
  const key = new Uint8Array(32).fill(11)
  const order = { lists: LISTS, key, filterOctets: FILTER_OCTETS, budgetOctets: BUDGET_OCTETS }
  const compiler = new TierCompiler(files, order)
  const name = new Uint8Array(64)
  for (let i = 0; i < NAMES; i++) {
    compiler.add(name, 0, writeReversedName(i, name), 0, SUFFIX)
    if (i % 10_000_000 === 9_999_999)
      say(`  ${(i + 1) / 1e6} million distributed`, seconds(performance.now() - startedAt))
  }
  const distributedAt = performance.now()
  const tier = compiler.finish(() => {})
  const cpu = process.cpuUsage(cpuAt)
  say('distributed', seconds(distributedAt - startedAt))
  say('sorted, written, synced', seconds(performance.now() - distributedAt))
  say('processor time of both', seconds((cpu.user + cpu.system) / 1000))
  say('resident at most while it is made', megabytes(process.resourceUsage().maxRSS * 1024))
  return tier
}

/** weir.db with the list and rules.index with the tier, as they stand after an import. */
async function makeData(files: TierFiles, tier: CompiledTier, upstream: number): Promise<void> {
  const index = new IndexBuilder(0, tier.key, 1).finish([], [])
  const written = await new IndexFile(join(FOLDER, 'rules.index')).write({ ...index, tier })
  if (!written.ok) throw new Error(written.error)
  files.removeOthers([tier.id])
  rmSync(join(FOLDER, 'weir.db'), { force: true })
  const database = openWriter(join(FOLDER, 'weir.db'), 'config')
  const migrated = migrate(database, migrationsOf('weir'))
  if (!migrated.ok) throw new Error(migrated.error.detail)
  database.exec(`
    INSERT INTO list (id, name, kind, source, position, created_at, updated_at, revision) VALUES (1, 'made up', 'block', 'content', 1, 0, 0, 1);
    INSERT INTO list_version (id, list_id, created_at, sha256, format, size_octets, stored_octets, names, complex_rules, added, removed, duplicates, ignored, rejected_count)
      VALUES (1, 1, 0, '', 'names', 0, 0, ${NAMES}, 0, 0, 0, 0, 0, 0);
    UPDATE list SET active_version_id = 1;
    INSERT INTO list_chunk VALUES (1, ${SUFFIX}, 0, ${NAMES}, 1, x'00')`)
  const set = database.prepare('INSERT OR REPLACE INTO setting (section, value, revision) VALUES (?, ?, 1)')
  set.run('storage', JSON.stringify({ rulesMemoryOctets: BUDGET_OCTETS }))
  set.run('upstreams', JSON.stringify({ servers: [`127.0.0.1:${upstream}`] }))
  database.close()
}

/** The tier's look-ups alone, one after the other. */
function timeLookups(files: TierFiles, tier: CompiledTier): void {
  const memory = { cacheOctets: 4 * 1024 ** 2, mmapOctets: 0 }
  const index = new TierIndex(tier, { reader: new TierReader(files.folderOf(tier.id), tier, memory), results: 50_000 })
  const hasher = new NameHasher(tier.key)
  const pair = new Int32Array(2)
  const octets = new Uint8Array(64)
  const round = (what: string, first: number, span: number): void => {
    const times = new Float64Array(LOOKUPS)
    for (let n = 0; n < LOOKUPS; n++) {
      const length = writeReversedName(first + Math.floor(Math.random() * span), octets)
      hasher.hashReversed(octets, 0, length, pair)
      const startedAt = performance.now()
      index.findSet(pair[0]!, pair[1]!)
      times[n] = performance.now() - startedAt
    }
    times.sort()
    const at = (share: number): string => `${(times[Math.floor(LOOKUPS * share)]! * 1000).toFixed(1)} µs`
    say(`  ${what}`, `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(0.999999)}`)
  }
  console.log('One look-up, without the network:')
  round('listed, any of them', 0, NAMES)
  round('listed, any of them, again', 0, NAMES)
  round('listed, the same 10,000', 0, 10_000)
  round('unlisted', NAMES, NAMES)
  console.log(`  ${JSON.stringify(index.counters)}`)
  index.close()
}

const residentOctets = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024

async function startResolver(
  folder: string,
  name: string,
): Promise<{ program: Program; port: number; startMs: number }> {
  const port = await freePort()
  const startedAt = performance.now()
  const program = new Program('resolver/dist/main.js', {
    WEIR_DATA_DIR: folder,
    WEIR_DNS_LISTEN: `127.0.0.1:${port}`,
    WEIR_WORKERS: '2',
  })
  await program.printed('Weir answers DNS on')
  await ask(port, () => name, 1, 1)
  return { program, port, startMs: performance.now() - startedAt }
}

/** Answers, and how many of them blocked: all, or none. */
const describe = ({ perSecond, p50, p99, most, blocked, answered, lost }: Asking): string =>
  `${perSecond.toFixed(0)} a second, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, most ${most.toFixed(1)} ms, ` +
  `${blocked} of ${answered} blocked, ${lost} lost`

async function measureAnswers(port: number): Promise<void> {
  const listed = (n: number): string => generatedName(Math.floor(((n * 0.618034) % 1) * NAMES))
  const unlisted = (n: number): string => generatedName(NAMES + (n % 20_000))
  console.log('Over UDP, 100 questions on the way:')
  await ask(port, unlisted, 20_000, 100)
  say('  unlisted, answered from the response cache', describe(await ask(port, unlisted, 100_000, 100)))
  say('  listed, each another one', describe(await ask(port, listed, 100_000, 100)))
  say('  listed, the same 10,000', describe(await ask(port, (n) => listed(n % 10_000), 100_000, 100)))
  console.log('Over UDP, one question at a time:')
  say('  unlisted', describe(await ask(port, unlisted, 5000, 1)))
  say('  listed, each another one', describe(await ask(port, (n) => listed(n + 200_000), 5000, 1)))
}

mkdirSync(FOLDER, { recursive: true })
const files = new TierFiles(join(FOLDER, 'tiers'))
const stored = new IndexFile(join(FOLDER, 'rules.index')).read()
const made = stored.ok && stored.value.tierId !== undefined ? files.read(stored.value.tierId) : undefined
console.log(`${NAMES} names, a budget of ${megabytes(BUDGET_OCTETS)}`)
const tier = made?.ok ? made.value : makeTier(files)
const onDisk = tier.partOctets.reduce((sum, octets) => sum + octets, 0)
say('names', `${tier.names} in ${tier.parts} parts, ${tier.buckets} pages`)
say('on disk', `${megabytes(onDisk)}, ${(onDisk / tier.names).toFixed(2)} octets a name`)
const filterBits = tier.filter.bits.byteLength * 8
say('filter', `${megabytes(tier.filter.bits.byteLength)}, ${(filterBits / tier.names).toFixed(2)} bits a name`)
say('unlisted names that pass it', `${(tier.falsePositiveRate * 100).toFixed(3)} %`)

const upstream = await RawUpstream.start((asked, query) => [
  answerTo(query, { answers: [addressRecord(asked.name, '192.0.2.1')] }),
])
await makeData(files, tier, upstream.port)
timeLookups(files, tier)
const empty = join(FOLDER, 'empty')
mkdirSync(empty, { recursive: true })
const base = await startResolver(empty, 'a.example')
const baseOctets = residentOctets(base.program.child.pid!)
say('start without lists', seconds(base.startMs))
await base.program.end()
const { program, port, startMs } = await startResolver(FOLDER, generatedName(1))
const pid = program.child.pid!
say('start until the first listed name is blocked', seconds(startMs))
say('resident after the start', `${megabytes(residentOctets(pid))}, without lists ${megabytes(baseOctets)}`)
await measureAnswers(port)
say('resident after the load', `${megabytes(residentOctets(pid))}`)
await program.end()
await upstream.stop()
rmSync(empty, { recursive: true, force: true })
