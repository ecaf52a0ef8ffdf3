/** Lists as their makers publish them, in all their formats: where two hold the same names, they give the same verdicts. */
import { existsSync, readFileSync } from 'node:fs'
import { toWire } from '@weir/shared/dns/domain-name'
import { ListParser } from '@weir/shared/lists/list-parser'
import { NameCollector } from '@weir/shared/lists/name-collector'
import { checkRule } from '@weir/shared/rules/check-rule'
import { describe, expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { IndexBuilder } from './compile-index.ts'
import { decideName } from './decide.ts'
import { CLIENT, configOf, NOW_MS } from './policy.fixture.ts'
import { Policy } from './policy.ts'
import type { ListRuleRow } from './policy-data.ts'

const folder = new URL('../../../../../shared/data/lists/', import.meta.url)
const SAMPLE = 3000

interface Loaded {
  readonly names: readonly string[]
  verdict(name: string): 'block' | 'allow' | 'pass'
}

/** A policy with one list, as an import and a compile make it. */
function load(file: string): Loaded {
  const collector = new NameCollector()
  const listRules: ListRuleRow[] = []
  const parser = new ListParser('block', 'auto', {
    name: (value, octets, offset, length) => collector.add(value, octets, offset, length),
    rule: (line, _text, input) => {
      const checked = checkRule(input)
      if (checked.ok) listRules.push({ listId: 1, line, rule: { ...checked.value, id: 0 } })
    },
    rejected: () => {},
    ignored: () => {},
  })
  parser.push(readFileSync(new URL(file, folder)))
  parser.finish()
  const classes = collector.finish()
  const count = classes.reduce((sum, one) => sum + one.count, 0)
  const builder = new IndexBuilder(count, new Uint8Array(32).fill(5), 1)
  const names: string[] = []
  for (const one of classes)
    for (const cursor = one.cursor(); cursor.next(); ) {
      builder.add(cursor.octets, cursor.offset, cursor.offset + cursor.length, 0, one.nameClass)
      names.push(
        Buffer.from(cursor.octets.subarray(cursor.offset, cursor.offset + cursor.length))
          .toString('latin1')
          .split('\0')
          .reverse()
          .join('.'),
      )
    }
  const config = configOf({ lists: [{ id: 1 }] })
  const policy = new Policy(config.settings)
  policy.replaceIndex(builder.finish([{ listId: 1, versionId: 1, names: count }], listRules))
  policy.apply(config)
  return { names, verdict: (name) => verdictOf(policy, name) }
}

function verdictOf(policy: Policy, name: string): 'block' | 'allow' | 'pass' {
  const decision = new Decision()
  decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
  if (decision.action === DecisionAction.Block) return 'block'
  return decision.action === DecisionAction.Allow ? 'allow' : 'pass'
}

/** Spread over the whole list. */
const sampleOf = (names: readonly string[]): string[] =>
  Array.from({ length: SAMPLE }, (_, i) => names[Math.floor((i * names.length) / SAMPLE)]!)

/** A name of the list, one below it, one that only ends alike, and one that goes on behind it. */
const askedFor = (name: string): string[] => [name, `www.${name}`, `x${name}`, `${name}.example`]

describe.runIf(existsSync(folder))('lists of one maker', () => {
  const ph = ['ph00lt0-2026__wildcard-blocklist.txt', 'ph00lt0-2026__unbound-blocklist.txt'] as const

  it('say the same of every name as wildcards and as zones of Unbound', () => {
    const [one, other] = ph.map(load) as [Loaded, Loaded]
    const asked = sampleOf(one.names).flatMap(askedFor)
    expect(asked.filter((name) => one.verdict(name) !== other.verdict(name))).toEqual([])
    expect(asked.filter((name) => one.verdict(name) === 'block').length).toBeGreaterThan(SAMPLE * 2)
  })

  it('as response policy zones say the same of the names, and nothing of what is below: the maker lists no wildcards there', () => {
    const [wildcards, zone] = [load(ph[0]), load('ph00lt0-2026__rpz-blocklist.txt')]
    const listed = new Set(wildcards.names)
    const isBelow = (name: string): boolean =>
      name.split('.').some((_, i, parts) => i > 0 && listed.has(parts.slice(i).join('.')))
    const different = sampleOf(wildcards.names)
      .flatMap(askedFor)
      .filter((name) => wildcards.verdict(name) !== zone.verdict(name))
    expect(different.filter((name) => !isBelow(name) || zone.verdict(name) !== 'pass')).toEqual([])
    expect(different.length).toBeGreaterThan(SAMPLE / 2)
  })

  it('as an adblock list say the same, but for its exceptions and for names that it alone has', () => {
    const [wildcards, adblock] = [load(ph[0]), load('ph00lt0-2026__blocklist.txt')]
    const different = sampleOf(wildcards.names)
      .flatMap(askedFor)
      .filter((name) => wildcards.verdict(name) !== adblock.verdict(name))
    expect(different.map((name) => [name, adblock.verdict(name)]).filter(([, verdict]) => verdict === 'pass')).toEqual(
      [],
    )
  })

  it.each([
    ['blocklistproject-2026__alt-version__tracking-nl.txt', 'blocklistproject-2026__adguard__tracking-ags.txt'],
    ['blocklistproject-2026__basic.txt', 'blocklistproject-2026__dnsmasq-version__basic-dnsmasq.txt'],
  ])('%s, which has names alone, says less than %s only below them', (exactFile, suffixFile) => {
    const [exact, suffix] = [load(exactFile), load(suffixFile)]
    const listed = new Set(exact.names)
    for (const name of sampleOf(exact.names)) {
      expect([exact.verdict(name), suffix.verdict(name)]).toEqual(['block', 'block'])
      const below = `x-${SAMPLE}.${name}`
      expect([below, exact.verdict(below), suffix.verdict(below)]).toEqual([
        below,
        listed.has(below) ? 'block' : 'pass',
        'block',
      ])
      expect(exact.verdict(`${name}.example`)).toBe(suffix.verdict(`${name}.example`))
    }
  })
})
