/** The makers of the dialects say which lines are valid: their published cases, read by our parser. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Dialect } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'

const folder = new URL('../../../../../shared/data/rules/', import.meta.url)
const isHere = existsSync(folder)

const read = <T>(file: string): T[] =>
  isHere ? (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { cases: T[] }).cases : []

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

describe.runIf(isHere)('published cases', () => {
  const validity = read<{ id: string; dialect: string; rule: string; valid: boolean | null }>(
    'rule-validity-sample.json',
  )
  it.each(validity.map((c) => [c.id, c.rule, c.valid, c] as const))('%s: %s is valid: %s', (_id, rule, valid, c) => {
    const dialect: Dialect = c.dialect === 'hosts-file' ? 'hosts' : 'wildcard'
    expect(parseRuleLine(rule, dialect).kind === 'rejected').toBe(valid === false && DEVIATIONS[c.id] === undefined)
  })
})
