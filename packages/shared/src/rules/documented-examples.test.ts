/**
 * docs/rules.md, line by line: what the page says of a line is what the parser makes of it.
 *
 * Tables with a column `line` are checked: `becomes` holds the rules in the notation of `describe` below, `reason` why the line is
 * rejected, `format` the dialect (own rules without one), `trusted` whether a list may answer with records. Lines of ```rules blocks must be usable.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../contract/rules.ts'
import { DIALECTS, type Dialect, LineContext } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'

const page = readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8')

/** Rows of the page's tables that document a line, by the names of their columns. */
function documentedRows(): Record<string, string>[] {
  const found: Record<string, string>[] = []
  let columns: string[] = []
  for (const text of page.split('\n')) {
    if (!text.startsWith('|')) columns = []
    else if (columns.length === 0) columns = cells(text)
    else if (columns.includes('line') && !/^\|[-|]+$/.test(text))
      found.push(Object.fromEntries(cells(text).map((cell, i) => [columns[i] ?? '', cell])))
  }
  return found
}

/** The cells of a row, without the signs of code; `\|` is a bar inside a cell. */
const cells = (row: string): string[] =>
  row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
    .map((cell) => /^`([^`]*)`$/.exec(cell)?.[1] ?? cell)

const blockLines = [...page.matchAll(/^```rules\n(.*?)^```$/gms)].flatMap(([, body = '']) => body.trim().split('\n'))

function dialectOf(format: string | undefined): Dialect {
  const dialect = DIALECTS.find((name) => name === (format ?? 'own'))
  if (dialect === undefined) throw new Error(`docs/rules.md names a format '${format}'`)
  return dialect
}

function outcomeOf(line: string, dialect: Dialect, isTrusted: boolean): string {
  const outcome = parseRuleLine(line, dialect, new LineContext(isTrusted))
  if (outcome.kind === 'rules') return outcome.rules.map(describeRule).join(' + ')
  return outcome.kind === 'blank' ? 'nothing' : `${outcome.kind}: ${outcome.reason}`
}

const FLAGS: Readonly<Record<string, string>> = {
  badfilter: 'badfilter',
  inverted: 'inverted',
  tcpOnly: 'TCP only',
  yields: 'yields',
  overridesBlock: 'above blocks',
}

/** Action, match, pattern; modifiers; what it leads to. */
function describeRule(rule: RuleInput): string {
  const further: Record<string, unknown> = rule
  const conditions = [
    rule.important && 'important',
    ...['badfilter', 'inverted', 'tcpOnly', 'yields', 'overridesBlock'].map(
      (field) => further[field] === true && FLAGS[field],
    ),
    rule.queryTypes && `types ${rule.queryTypes.join(' ')}`,
    rule.groups && `groups ${rule.groups.join(' ')}`,
    rule.clients && `clients ${rule.clients.join(' ')}`,
    rule.clientTags && `tags ${rule.clientTags.join(' ')}`,
    rule.exceptNames && `except ${rule.exceptNames.join(' ')}`,
    rule.action === 'allow' && rule.exceptRewrite !== undefined && `from rewrites ${rule.exceptRewrite}`.trim(),
    rule.schedule != null && `schedule ${rule.schedule}`,
    rule.shadow && 'only recorded',
    rule.ttlSeconds != null && `ttl ${rule.ttlSeconds}`,
    rule.action === 'block' && rule.answer && `answer ${answerOf(rule.answer)}`,
  ].filter((part) => typeof part === 'string')
  const target = targetOf(rule)
  return [`${rule.action} ${rule.match} ${rule.pattern}`, ...conditions].join(', ') + (target && ` → ${target}`)
}

const answerOf = ({ kind, ...parts }: NonNullable<(RuleInput & { action: 'block' })['answer']>): string =>
  [kind, ...Object.values(parts).flat()].join(' ')

function targetOf(rule: RuleInput): string {
  if (rule.action === 'forward') return rule.servers.join(' ')
  if (rule.action === 'alias') return rule.target
  if (rule.action !== 'rewrite') return ''
  if (rule.match === 'address') return rule.target
  const { ipv4 = [], ipv6 = [], records = [], rcode = '' } = rule
  return [...ipv4, ...ipv6, ...records, rcode].filter((part) => part !== '').join(' ')
}

describe('docs/rules.md', () => {
  const rows = documentedRows()

  it('documents many lines, in lists too', () => {
    expect(rows.length).toBeGreaterThan(120)
    expect(rows.filter(({ format }) => format !== undefined).length).toBeGreaterThan(3)
    expect(blockLines.length).toBeGreaterThan(3)
  })

  it.each(rows.map((row) => [row.line ?? '', row] as const))('says what becomes of %s', (line, row) => {
    const expected = row.reason === undefined ? row.becomes : `rejected: ${row.reason}`
    expect(outcomeOf(line, dialectOf(row.format), row.trusted === 'yes')).toBe(expected)
  })

  it.each(blockLines)('has a usable example: %s', (line) => {
    expect(['rules', 'blank']).toContain(parseRuleLine(line, 'own').kind)
  })

  it('uses reserved names and addresses only', () => {
    const addresses = [...page.matchAll(/(?<![\d.§])\d+\.\d+\.\d+\.\d+\b(?![\d.]*\.(?:rpz|in-addr))/g)].map(
      ([address]) => address,
    )
    expect(
      addresses.filter((address) => !/^(?:192\.0\.2|198\.51\.100|255\.255\.255|0\.0\.0|127\.0\.0)\./.test(address)),
    ).toEqual([])
  })
})
