/** A rule as people name it: its line, and for whom and when it holds by name, where the line has ids. */
import type { NamesOfIds } from '../contract/describe-change.ts'
import type { CheckedRule } from './checked-rule.ts'
import { formatRule } from './format-rule.ts'

/** `||games.example^ for Kids, Guests by School nights`; what has no name is told by its id. */
export function ruleTitle(rule: CheckedRule, names: NamesOfIds): string {
  const { groups, schedule, ...rest } = rule
  const whom = groups.map((id) => names.group(id) ?? `group ${id}`).join(', ')
  const when = schedule === undefined ? '' : (names.schedule(schedule) ?? `schedule ${schedule}`)
  return `${formatRule({ ...rest, groups: [] })}${whom && ` for ${whom}`}${when && ` by ${when}`}`
}
