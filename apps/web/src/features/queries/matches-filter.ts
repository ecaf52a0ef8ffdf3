/** The filter of the log, applied to what the stream brings; the API's filter says the same in SQL. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import type { QueryFilter } from './query-filter.ts'

export function matchesFilter(entry: QueryLogEntry, filter: QueryFilter): boolean {
  return (
    matchesName(entry.name, filter.name) &&
    matchesClient(entry, filter.client) &&
    (filter.outcome === undefined || entry.outcome === filter.outcome) &&
    matchesText(entry.type, filter.type) &&
    matchesText(entry.rcode ?? '', filter.rcode) &&
    (filter.rule === undefined || entry.ruleId === filter.rule) &&
    (filter.list === undefined || entry.listId === filter.list) &&
    (filter.ruleSet === undefined || entry.ruleSet?.id === filter.ruleSet) &&
    matchesShadow(entry, filter) &&
    (filter.from === undefined || entry.at >= filter.from) &&
    (filter.until === undefined || entry.at <= filter.until)
  )
}

function matchesShadow({ shadow }: QueryLogEntry, filter: QueryFilter): boolean {
  const { shadow: effect, shadowRule, shadowList, shadowRuleSet } = filter
  return (
    (effect === undefined || (shadow !== null && (effect === 'any' || effect === shadow.effect))) &&
    (shadowRule === undefined || shadow?.ruleId === shadowRule) &&
    (shadowList === undefined || shadow?.listId === shadowList) &&
    (shadowRuleSet === undefined || shadow?.ruleSet?.id === shadowRuleSet)
  )
}

/** A leading dot: that name and what is below it; else a part of the name. */
function matchesName(name: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  const needle = wanted.toLowerCase()
  return needle.startsWith('.') ? name === needle.slice(1) || name.endsWith(needle) : name.includes(needle)
}

/** `id:tablet`: that client id; else an address. */
const matchesClient = ({ client, clientId }: QueryLogEntry, wanted: string | undefined): boolean =>
  matchesText(client, wanted) || (clientId !== null && matchesText(`id:${clientId}`, wanted))

const matchesText = (text: string, wanted: string | undefined): boolean =>
  wanted === undefined || text.toLowerCase() === wanted.toLowerCase()
