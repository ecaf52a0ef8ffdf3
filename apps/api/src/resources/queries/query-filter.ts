/** A filter of the query log as the keys of log.db that a row must have; looked up once per request. */
import type { QueryLogFilter } from '@weir/shared/contract/queries'
import type { Database } from '@weir/shared/db/open-database'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { parseRcode } from '@weir/shared/dns/rcode'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { OUTCOMES, POLICY_EFFECTS, type PolicyEffect } from '@weir/shared/log/outcomes'
import { reversedName, subtreeRange } from '@weir/shared/log/reversed-name'
import { PostingKind } from '@weir/shared/log/segment'
import { listIdOfNamedSet } from '@weir/shared/services/rule-set-number'
import type { z } from 'zod'
import { invalidField } from '../../problem-error.ts'

export type Filter = z.infer<typeof QueryLogFilter>

/** Any of `keys` must stand in the column of that kind. */
export interface Criterion {
  readonly kind: PostingKind
  readonly keys: readonly number[]
}

export interface ResolvedFilter {
  /** All must hold; the rarest kinds first. One without keys: nothing can match. */
  readonly criteria: readonly Criterion[]
  /** A condition on `n`, the name, where too many names fit to look each up; rows are read instead. */
  readonly nameCondition: Condition | null
  readonly from: number
  readonly until: number
}

interface Condition {
  readonly sql: string
  readonly values: readonly string[]
}

/** Each costs a look-up in every segment; names beyond that are frequent in the log. */
const MAX_KEYS = 500

/** @throws ProblemError `invalid-field` */
export function resolveFilter(database: Database, filter: Filter): ResolvedFilter {
  const criteria: Criterion[] = []
  const name = filter.name === undefined || filter.name === '' ? null : nameCondition(filter.name)
  const nameIds = name && idsOf(database, 'name', name)
  if (nameIds) criteria.push({ kind: PostingKind.Name, keys: nameIds })
  const add = (kind: PostingKind, key: number | undefined): void => {
    if (key !== undefined) criteria.push({ kind, keys: [key] })
  }
  add(PostingKind.Rule, filter.rule)
  add(PostingKind.List, filter.list)
  add(PostingKind.ShadowRule, filter.shadowRule)
  add(PostingKind.ShadowList, filter.shadowList)
  const { shadow } = filter
  if (shadow !== undefined) criteria.push({ kind: PostingKind.Shadow, keys: effectCodes(shadow) })
  add(PostingKind.List, number(filter.ruleSet, 'ruleSet', listIdOfNamedSet))
  add(PostingKind.ShadowList, number(filter.shadowRuleSet, 'shadowRuleSet', listIdOfNamedSet))
  if (filter.client) criteria.push({ kind: PostingKind.Client, keys: clientIds(database, filter.client) })
  add(PostingKind.Outcome, filter.outcome && OUTCOMES.indexOf(filter.outcome))
  add(PostingKind.Rcode, number(filter.rcode, 'rcode', parseRcode))
  add(PostingKind.Type, number(filter.type, 'type', parseRrType))
  return {
    criteria,
    nameCondition: nameIds ? null : name,
    from: filter.from ?? 0,
    until: filter.until ?? Number.MAX_SAFE_INTEGER,
  }
}

function number(
  text: string | undefined,
  field: string,
  parse: (text: string) => number | undefined,
): number | undefined {
  if (text === undefined || text === '') return undefined
  const value = parse(text)
  if (value === undefined) throw invalidField(field, `'${text}' is not known`)
  return value
}

const effectCodes = (effect: 'any' | PolicyEffect): number[] =>
  effect === 'any' ? POLICY_EFFECTS.map((_, code) => code) : [POLICY_EFFECTS.indexOf(effect)]

function nameCondition(text: string): Condition {
  if (text.startsWith('=')) return { sql: 'n.reversed = ?', values: [reversedName(wholeName(text.slice(1)))] }
  if (text.startsWith('.') && text.length > 1) {
    const { from, until } = subtreeRange(wholeName(text.slice(1)))
    return { sql: 'n.reversed >= ? AND n.reversed < ?', values: [from, until] }
  }
  // A part of a name need not be a name; one that is gets its canonical form, so that IDNs are found.
  const parsed = parseDomainName(text)
  const isWhole = parsed.ok && !text.startsWith('.') && !text.endsWith('.')
  const part = isWhole ? parsed.value : text.toLowerCase()
  // Without a dot it stands within a label, and labels are the same either way: the index of reversed names is the smaller one to scan.
  const column = part.includes('.') ? 'n.name' : 'n.reversed'
  return { sql: `instr(${column}, ?) > 0`, values: [part] }
}

function wholeName(text: string): string {
  const parsed = parseDomainName(text, { allowRoot: true })
  if (!parsed.ok) throw invalidField('name', parsed.error)
  return parsed.value
}

/** @returns null when there are too many */
function idsOf(database: Database, table: 'name' | 'client', { sql, values }: Condition): number[] | null {
  const ids = database
    .prepare(`SELECT n.id FROM ${table} n WHERE ${sql} LIMIT ?`)
    .pluck()
    .all(...values, MAX_KEYS + 1) as number[]
  return ids.length > MAX_KEYS ? null : ids
}

/**
 * An address as it stands in the log, or `id:` and a client id; else a part finds all that hold it, as `192.0.2.`, the first
 * MAX_KEYS of them.
 */
function clientIds(database: Database, text: string): number[] {
  const wanted = text.toLowerCase()
  const find = (condition: string, ...values: string[]): number[] =>
    database
      .prepare(`SELECT id FROM client WHERE ${condition} ORDER BY id DESC LIMIT ?`)
      .pluck()
      .all(...values, MAX_KEYS) as number[]
  if (wanted.startsWith('id:')) return find(`client_id = ? AND client_id <> ''`, wanted.slice('id:'.length))
  const exact = find('address = ?', wanted)
  return exact.length > 0 ? exact : find('instr(address, ?) > 0 OR instr(client_id, ?) > 0', wanted, wanted)
}
