/**
 * What regular expressions cost names that match none, when they are asked for the first time and again: `node --conditions=source apps/resolver/bench/patterns.ts [patterns]`.
 *
 * One thread, CPU time, medians of several rounds. The patterns are of the kinds that lists hold: most require some text. The names are those of a
 * network, random but of usual lengths; none of them matches.
 */
import { randomBytes } from 'node:crypto'
import { toWire } from '@weir/shared/dns/domain-name'
import { type CompiledRule, compileRule } from '../src/rules/compiled-rule.ts'
import { HASH_KEY_OCTETS, NameHasher, NameScratch } from '../src/rules/name-hash.ts'
import { PatternRules } from '../src/rules/pattern-rules.ts'
import { asking, rule } from '../src/rules/policy.fixture.ts'

const PATTERNS = Number(process.argv[2] ?? 10_000)
const NAMES = 20_000
const ROUNDS = 7
const TARGET_MICROSECONDS = 2

const randomLabel = (length: number): string =>
  Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(Math.random() * 36)]).join('')
const SHAPES: readonly ((text: string) => string)[] = [
  (text) => `^ads?[0-9]*\\.${text}\\.`,
  (text) => `(^|\\.)${text}\\.example$`,
  (text) => `^(.*\\.)?${text}-track(er)?[0-9]+\\.`,
  (text) => `${text}[._-]banner`,
  (text) => `^${text}\\d+\\.(com|net|org)$`,
]

const patterns = new PatternRules()
for (let i = 0; i < PATTERNS; i++) {
  const compiled = compileRule(rule(i + 1, 'block', 'regex', SHAPES[i % SHAPES.length]!(`${randomLabel(6)}${i}`)))
  if (!compiled.ok || !patterns.add(compiled.value)) throw new Error('a pattern of the benchmark is not taken')
}
const wires = Array.from({ length: NAMES }, () =>
  toWire(`${randomLabel(3 + Math.floor(Math.random() * 10))}.${randomLabel(4 + Math.floor(Math.random() * 12))}.com`),
)
const found: CompiledRule[] = []
const scratch = new NameScratch()
const question = asking(scratch)

interface Pass {
  readonly microseconds: number
  readonly matches: number
}

function pass(hasher: NameHasher): Pass {
  let matches = 0
  const from = process.threadCpuUsage()
  for (const wire of wires) {
    scratch.read(wire)
    hasher.hashSuffixes(scratch, question.hashes)
    patterns.match(question, question.hashes, found)
    matches += found.length
  }
  const { user, system } = process.threadCpuUsage(from)
  return { microseconds: (user + system) / NAMES, matches }
}

/** Under another key all names are new. */
function round(): { first: Pass; again: Pass } {
  const hasher = new NameHasher(randomBytes(HASH_KEY_OCTETS))
  return { first: pass(hasher), again: pass(hasher) }
}

round()
const rounds = Array.from({ length: ROUNDS }, round)
const median = (of: (one: (typeof rounds)[number]) => Pass): string =>
  rounds
    .map((one) => of(one).microseconds)
    .sort((a, b) => a - b)
    [ROUNDS >> 1]!.toFixed(2)
process.stdout.write(
  `${PATTERNS} patterns, ${NAMES} names, ${rounds[0]!.first.matches} matches: ${median(({ first }) => first)} µs a name (target ${TARGET_MICROSECONDS}), ${median(({ again }) => again)} µs one that was asked for before; of both, the hash of the name
`,
)
