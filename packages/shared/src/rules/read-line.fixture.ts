import { checkRule } from './check-rule.ts'
import { formatRule } from './format-rule.ts'
import type { Dialect } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'

/** The rules of a line in our own notation, or what else it comes to. */
export function readLine(line: string, dialect: Dialect = 'own'): string {
  const outcome = parseRuleLine(line, dialect)
  if (outcome.kind !== 'rules') return outcome.kind
  return outcome.rules
    .map((rule) => {
      const checked = checkRule(rule)
      return checked.ok ? formatRule(checked.value) : 'unchecked'
    })
    .join('; ')
}
