/** The makers of the dialects say what their lines mean: their published cases, read through our parser by a naive matcher. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../contract/rules.ts'
import { isAtOrBelow, parseDomainName } from '../dns/domain-name.ts'
import type { Dialect } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'
import { compilePattern } from './pattern.ts'

const folder = new URL('../../../../../shared/data/rules/', import.meta.url)
const isHere = existsSync(folder)

interface Case {
  id: string
  dialect: string
  rules: string[]
  allow_rules?: string[]
  upstream?: unknown
  query: { name: string; type: string; client?: unknown }
  expect: { action: 'block' | 'allow' | 'pass' | 'rewrite' }
  tags: string[]
}
const read = <T>(file: string): T[] =>
  isHere ? (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { cases: T[] }).cases : []

/** Modifiers that reject their rule: what the rest of such a list would do says nothing about the published case. */
const OUT_OF_SCOPE = /\$.*(?:badfilter|client|ctag|denyallow|dnstype=~|dnsrewrite)/

function matches(rule: RuleInput, name: string, type: string): boolean {
  if (rule.queryTypes && !rule.queryTypes.includes(type)) return false
  switch (rule.match) {
    case 'exact':
      return name === rule.pattern
    case 'suffix':
      return isAtOrBelow(name, rule.pattern)
    case 'subdomains':
      return name !== rule.pattern && isAtOrBelow(name, rule.pattern)
    case 'regex': {
      const compiled = compilePattern(rule.pattern)
      return compiled.ok && compiled.value.test(name)
    }
    case 'address':
      return false
  }
}

function verdict(lines: readonly string[], dialect: Dialect, name: string, type: string): string {
  const rules = lines.flatMap((line) => {
    const outcome = parseRuleLine(line, dialect)
    return outcome.kind === 'rules' ? outcome.rules : []
  })
  const canonical = parseDomainName(name)
  const hits = rules.filter((rule) => canonical.ok && matches(rule, canonical.value, type))
  for (const isImportant of [true, false])
    for (const action of ['allow', 'block', 'rewrite'] as const)
      if (hits.some((rule) => rule.action === action && (rule.important ?? false) === isImportant)) return action
  return 'pass'
}

/** Where we differ on purpose: the line is usable, or ignored without an error. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  v0113: 'wildcards inside names are AdGuard patterns',
  v0114: 'wildcards inside names are AdGuard patterns',
  v0115: 'wildcards inside names are AdGuard patterns',
  v0116: 'wildcards inside names are AdGuard patterns',
  v0120: 'wildcards inside names are AdGuard patterns',
  v0118: 'a label that is no valid A-label is still a name that can be asked for',
  v0119: 'RE2 reads ?? as a lazy quantifier',
  v0122: 'part of a URL: counted as not for DNS',
  v0124: "a hosts file's own name: boilerplate, not an error",
}

const dialectOf = ({ dialect }: Case): Dialect => (dialect === 'blocky' ? 'wildcard' : 'own')
const inScope = (c: Case): boolean =>
  (c.dialect === 'adguard' || c.dialect === 'blocky') &&
  !c.rules.some((rule) => OUT_OF_SCOPE.test(rule)) &&
  c.allow_rules === undefined &&
  c.upstream === undefined &&
  c.query.client === undefined

describe.runIf(isHere)('published cases', () => {
  const cases = read<Case>('cases-sample.json').filter(inScope)
  it('are many', () => expect(cases.length).toBeGreaterThan(100))

  it.each(
    cases.map((c) => [c.id, c.rules.slice(0, 4).join(' '), c.query.name, c.query.type, c.expect.action, c] as const),
  )('%s: %s on %s %s: %s', (_id, _rules, name, type, action, c) => {
    expect(verdict(c.rules, dialectOf(c), name, type)).toBe(action)
  })

  const validity = read<{ id: string; dialect: string; rule: string; valid: boolean | null }>(
    'rule-validity-sample.json',
  )
  it.each(validity.map((c) => [c.id, c.rule, c.valid, c] as const))('%s: %s is valid: %s', (_id, rule, valid, c) => {
    const dialect: Dialect = c.dialect === 'hosts-file' ? 'hosts' : 'wildcard'
    expect(parseRuleLine(rule, dialect).kind === 'rejected').toBe(valid === false && DEVIATIONS[c.id] === undefined)
  })
})
