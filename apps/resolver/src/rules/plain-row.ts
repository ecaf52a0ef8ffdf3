/** Which own rules lie in columns (plain-rules.ts), and what of their rows stays text. */
import type { RuleRow } from './policy-data.ts'

/** The columns of a row that a plain rule may have, whatever they hold; all others must be empty. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'action', 'match', 'pattern', 'enabled', 'important', 'yields'],
])
/** And one that answers: nothing that begins or ends by itself, and nothing that asks who asks. */
const ANSWER_FIELDS: ReadonlySet<string> = new Set([
  ...PLAIN_FIELDS,
  ...['ipv4', 'ipv6', 'records', 'rcode', 'target', 'ttlSeconds', 'overridesBlock', 'queryTypes', 'groups'],
])
const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)

/** Says the row no more than whom it blocks or allows, or what it answers? */
export function isPlain(row: RuleRow): boolean {
  const { action, match, id } = row
  if (match === 'regex' || match === 'address' || id === 0 || action === 'forward') return false
  const fields = answers(row) ? ANSWER_FIELDS : PLAIN_FIELDS
  return Object.entries(row).every(([field, value]) => fields.has(field) || isEmpty(value))
}

const answers = ({ action }: RuleRow): boolean => action === 'rewrite' || action === 'alias'

/** What a plain row says besides its columns, as JSON; undefined: nothing. */
export function restOf(row: RuleRow): string | undefined {
  if (!answers(row)) return undefined
  const { id: _id, match: _match, pattern: _pattern, enabled: _enabled, important: _important, ...rest } = row
  return JSON.stringify(rest)
}
