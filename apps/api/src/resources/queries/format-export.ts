/** Log entries as lines of CSV (RFC 4180) or JSON. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'

const COLUMNS = [
  'id',
  'at',
  'client',
  'name',
  'type',
  'rcode',
  'outcome',
  'reason',
  'transport',
  'durationUs',
  'ruleId',
  'listId',
  'listName',
  'ruleSet',
  'upstream',
  'answer',
  'shadow',
  'clientId',
] as const satisfies readonly (keyof QueryLogEntry)[]

export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`

/** Times are ISO 8601 here: spreadsheets read them. */
export const csvLine = (entry: QueryLogEntry): string =>
  `${COLUMNS.map((column) => csvField(textOf(entry, column))).join(',')}\r\n`

function textOf(entry: QueryLogEntry, column: (typeof COLUMNS)[number]): string | number | null {
  if (column === 'at') return new Date(entry.at).toISOString()
  if (column === 'shadow') return entry.shadow?.effect ?? null
  return column === 'ruleSet' ? (entry.ruleSet?.id ?? null) : entry[column]
}

export const jsonLine = (entry: QueryLogEntry): string => `${JSON.stringify(entry)}\n`

/**
 * One field. Text that a spreadsheet would run as a formula gets an apostrophe in front: names, list titles and answers
 * come from strangers.
 */
function csvField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
