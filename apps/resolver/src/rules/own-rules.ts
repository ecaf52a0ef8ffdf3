/** Brings own rules into the overlay that answers by them. */
import { compileRule } from './compiled-rule.ts'
import { eachRow } from './packed-rows.ts'
import { MAX_PATTERNS, MAX_UNFILTERED_PATTERNS } from './pattern-rules.ts'
import type { RuleChanges, RuleRow } from './policy-data.ts'
import type { RuleOverlay } from './rule-overlay.ts'

/** Rules that cannot be used are left out; so many are reported by name. */
const MAX_FAULTS = 100

/**
 * @param own empty for a full set
 * @returns the rules that were left out and why, in words
 */
export function putOwnRules(own: RuleOverlay, changes: RuleChanges): string[] {
  if (changes.kind === 'delta') for (const id of changes.deleted) own.remove(id)
  const faults: string[] = []
  for (const row of eachRow(changes.kind === 'full' ? changes.rules : changes.changed)) {
    const fault = put(own, row)
    if (fault !== undefined && faults.length < MAX_FAULTS) faults.push(`rule ${row.id} '${row.pattern}': ${fault}`)
  }
  return faults
}

/** @returns why it was left out, if it was */
function put(own: RuleOverlay, row: RuleRow): string | undefined {
  try {
    if (own.putPlain(row)) return undefined
  } catch {
    // A damaged row: the way of all others says what is wrong with it.
  }
  const rule = compileRule(row)
  if (!rule.ok) {
    own.remove(row.id)
    return rule.error
  }
  if (own.put(rule.value)) return undefined
  return `more than ${MAX_PATTERNS} regular expressions, or than ${MAX_UNFILTERED_PATTERNS} that require no text of three characters`
}
