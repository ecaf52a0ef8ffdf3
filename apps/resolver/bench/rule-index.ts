/**
 * Rule index and decisions, one thread: `node --conditions=source apps/resolver/bench/rule-index.ts [names]`.
 *
 * Names are looked up in random order over the whole table, so that most probes miss the processor's caches, as they do
 * when a network asks; the name itself lies in one slot that is used again, as a query's does. CPU time of this thread, so
 * that other work on the machine counts little; what reading the name into the slot takes is measured and taken off.
 * Medians of several rounds.
 */
import { defaultSettings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import { decodeNameChunk, type NameChunk, NameChunkEncoder } from '@weir/shared/lists/name-chunk'
import { nameClass } from '@weir/shared/lists/name-class'
import { SAFE_SEARCH_ENGINES } from '@weir/shared/services/safe-search'
import { SERVICES } from '@weir/shared/services/service-catalogue'
import { Decision } from '../src/query/decision.ts'
import { IndexBuilder } from '../src/rules/compile-index.ts'
import { decide } from '../src/rules/decide.ts'
import { NameScratch, newSuffixHashes } from '../src/rules/name-hash.ts'
import { CLIENT } from '../src/rules/policy.fixture.ts'
import { Policy } from '../src/rules/policy.ts'
import type { CompiledIndex, RuleRow, RuleSetRow } from '../src/rules/policy-data.ts'
import { depthBit, RuleIndex } from '../src/rules/rule-index.ts'
import { cpuMs, nanosecondsPerCall } from './thread-time.ts'

const NAMES = Number(process.argv[2] ?? 1_000_000)
const LOOKUPS = 500_000
const ROUNDS = 7

const randomLabel = (length: number): string =>
  Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(Math.random() * 36)]).join('')
const listed = Array.from({ length: NAMES }, (_, i) => `${randomLabel(4)}.${randomLabel(7)}${i}.com`)
const listedWires = sampleOf(listed).map((name) => toWire(`www.${name}`))
const otherWires = Array.from({ length: LOOKUPS }, (_, i) => toWire(`www.${randomLabel(4)}.${randomLabel(7)}${i}.org`))

function sampleOf(names: readonly string[]): string[] {
  return Array.from({ length: LOOKUPS }, () => names[Math.floor(Math.random() * names.length)]!)
}

function encode(): NameChunk[] {
  const encoder = new NameChunkEncoder()
  const turned = listed.map((name) => Buffer.from(name.split('.').reverse().join('\0'))).sort(Buffer.compare)
  const chunks = turned.map((octets) => encoder.add(octets, 0, octets.length))
  return [...chunks, encoder.flush()].filter((chunk) => chunk !== undefined)
}

function compile(chunks: readonly NameChunk[]): CompiledIndex {
  const builder = new IndexBuilder(NAMES, new Uint8Array(32).fill(3), 1)
  const suffix = nameClass('block', 'suffix', false)
  for (const { data, rawOctets } of chunks)
    decodeNameChunk(data, rawOctets, (octets, length) => builder.add(octets, 0, length, 0, suffix))
  return builder.finish([{ listId: 1, versionId: 1, names: NAMES }], [])
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

const slot = new NameScratch()

const nanosecondsPerName = (wires: readonly Uint8Array[], run: (name: NameScratch) => void): number =>
  nanosecondsPerCall(ROUNDS, wires.length, (i) => {
    slot.read(wires[i]!)
    run(slot)
  })

function time(what: string, wires: readonly Uint8Array[], run: (name: NameScratch) => void): void {
  const nanoseconds = nanosecondsPerName(wires, run) - nanosecondsPerName(wires, () => undefined)
  console.log(`${what.padEnd(58)} ${nanoseconds.toFixed(0).padStart(6)} ns`)
}

const chunks = encode()
const compileTimes = Array.from({ length: 5 }, () => {
  const startedAt = cpuMs()
  compile(chunks)
  return cpuMs() - startedAt
})
const compiled = compile(chunks)
const index = new RuleIndex(compiled)
console.log(
  `${NAMES} names: compiled from chunks in ${median(compileTimes).toFixed(0)} ms (median of 5), ${index.sizeOctets} octets`,
)

const hashes = newSuffixHashes()
let found = 0
const lookUp = (name: NameScratch): void => {
  index.hasher.hashSuffixes(name, hashes)
  for (let depth = name.labelCount; depth > 0; depth--)
    if ((index.depthMask & depthBit(depth)) !== 0 && index.findSet(hashes[2 * depth]!, hashes[2 * depth + 1]!) !== 0)
      found++
}
time('hash of a 4-label name, all suffixes', listedWires, (name) => index.hasher.hashSuffixes(name, hashes))
time('hash and lookup of every suffix, name in the list', listedWires, lookUp)
time('hash and lookup of every suffix, name in no list', otherWires, lookUp)

const rule = (id: number, more: Partial<RuleRow>): RuleRow => ({
  id,
  action: 'block',
  match: 'exact',
  pattern: `own${id}.example.net`,
  enabled: true,
  important: false,
  ttlSeconds: null,
  expiresAt: null,
  ...more,
})

function policyWith(rules: readonly RuleRow[], ruleSets: readonly RuleSetRow[] = []): Policy {
  const settings = defaultSettings(['192.0.2.53'])
  const policy = new Policy(settings)
  policy.replaceIndex(compiled)
  const list = { id: 1, name: 'bench', kind: 'block' as const, enabled: true, groups: [], answer: null }
  policy.apply({
    revision: 1,
    settings,
    groups: [],
    clients: [],
    overrides: [],
    schedules: [],
    lists: [{ ...list, position: 1, activeVersionId: 1, names: NAMES }],
    ruleSets,
    rules: { kind: 'full', rules },
    faults: [],
  })
  return policy
}

const decision = new Decision()
const timeDecide = (what: string, policy: Policy): void => {
  time(`decide, ${what}, blocked`, listedWires, (name) => decide(policy, name, 1, CLIENT, 0, decision))
  time(`decide, ${what}, not blocked`, otherWires, (name) => decide(policy, name, 1, CLIENT, 0, decision))
}
timeDecide('no own rules', policyWith([]))
timeDecide('10,000 own rules', policyWith(Array.from({ length: 10_000 }, (_, i) => rule(i + 1, {}))))
const isOn = { enabled: true, groups: [], answer: null }
const everySet: readonly RuleSetRow[] = [
  ...SERVICES.map(({ id }) => ({ kind: 'service' as const, id, ...isOn })),
  ...SAFE_SEARCH_ENGINES.map(({ id }) => ({ kind: 'safe-search' as const, id, ...isOn })),
]
timeDecide('all services and safe search', policyWith([], everySet))
const patterns = Array.from({ length: 10_000 }, (_, i) =>
  rule(i + 1, { match: 'regex', pattern: `^ads[0-9]*\\.${randomLabel(8)}\\.` }),
)
timeDecide('10,000 regular expressions', policyWith(patterns))

const edited = policyWith(Array.from({ length: 100_000 }, (_, i) => rule(i + 1, {})))
const startedAt = cpuMs()
for (let i = 0; i < 10_000; i++)
  edited.applyRules({ kind: 'delta', changed: [rule(1 + i, { pattern: `edited${i}.example.net` })], deleted: [] })
console.log(`one edit among 100,000 own rules ${((cpuMs() - startedAt) / 10).toFixed(1)} µs`)
console.log(`(${found} hits)`)
