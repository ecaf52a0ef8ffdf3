/** What would have a say, were it the time for it: for explanations, which may look through all lists. */
import { toWire } from '@weir/shared/dns/domain-name'
import { termFor } from '@weir/shared/groups/group-term'
import type { QueryClient } from '../query/query-client.ts'
import { type CompiledRule, fits, holds } from './compiled-rule.ts'
import { ruleText } from './explain-trace.ts'
import { NameScratch } from './name-hash.ts'
import type { Policy } from './policy.ts'
import type { ListRow } from './policy-data.ts'
import type { NameIndex } from './rule-index.ts'
import type { RuleOverlay } from './rule-overlay.ts'
import { UNREADABLE_SET } from './tier-index.ts'

interface Question {
  /** Canonical. */
  readonly name: string
  readonly qtype: number
  readonly client: QueryClient
  readonly nowMs: number
}

/** As of the last question. @returns why the policy of the client's group does not count now, in words; null: it does */
export function restingGroup(policy: Policy, groupId: number, nowMs: number): string | null {
  const schedule = policy.groups.find(({ id }) => id === groupId)?.schedule ?? null
  if (schedule === null || policy.policyGroupOf(groupId) === groupId) return null
  return `its schedule ${policy.describeSchedule(schedule, nowMs)} does not hold, so that the policy of Everyone counts`
}

/** @returns the own rules for the name whose schedules do not hold now, in words */
export function restingRules(policy: Policy, question: Question): string[] {
  const { scratch, own } = policy
  askAgain(policy, question)
  scratch.isAtAnyTime = true
  const found = rulesFor(policy, own)
  scratch.isAtAnyTime = false
  return found.flatMap((rule) => {
    const { schedule = null, holdsUnscheduled = false } = rule.conditions ?? {}
    if (schedule === null || scratch.scheduleHolds(schedule, holdsUnscheduled)) return []
    return `${ruleText(rule)} is not in force: its schedule is ${policy.describeSchedule(schedule, question.nowMs)}`
  })
}

function askAgain({ scratch, hasher }: Policy, { name, qtype, client, nowMs }: Question): void {
  const octets = new NameScratch()
  octets.read(toWire(name))
  scratch.ask(octets, qtype, client, nowMs, null)
  hasher.hashSuffixes(octets, scratch.hashes)
}

/** @returns the lists and services that hold the name and whose schedules do not hold now, in words */
export function restingLists(policy: Policy, question: Question): string[] {
  const { lists, index, tier, listRules, ruleSets } = policy
  askAgain(policy, question)
  const found = new Set<ListRow>()
  const note = (row: ListRow | undefined): void => {
    if (row && scheduleThatRests(policy, row) !== null) found.add(row)
  }
  if (index) for (const number of holders(policy, index)) note(lists.entries[number]?.row)
  if (tier) for (const number of holders(policy, tier)) note(lists.entries[number + (index?.lists.length ?? 0)]?.row)
  for (const overlay of [listRules, ruleSets.services])
    for (const rule of rulesFor(policy, overlay)) note(lists.get(rule.listId)?.row)
  return [...found].map(
    (row) =>
      `${row.name} holds it, but is not in force: its schedule is ${policy.describeSchedule(scheduleThatRests(policy, row)!, question.nowMs)}`,
  )
}

function scheduleThatRests({ scratch }: Policy, row: ListRow): number | null {
  const { enabled, schedule } = termFor(row, scratch.groupId)
  return enabled && schedule !== null && !scratch.scheduleHolds(schedule, row.kind === 'block') ? schedule : null
}

/** Numbers of the lists that hold the name in the scratch. */
function holders({ scratch }: Policy, index: NameIndex): number[] {
  const { labelCount } = scratch.name
  const numbers: number[] = []
  for (let depth = labelCount; depth > 0; depth--) {
    const set = index.findSet(scratch.hashes[2 * depth]!, scratch.hashes[2 * depth + 1]!)
    if (set === 0 || set === UNREADABLE_SET) continue
    for (const member of index.members.subarray(index.memberStart(set), index.memberEnd(set)))
      if (fits((member >>> 1) & 3, depth, labelCount)) numbers.push(member >>> 4)
  }
  return numbers
}

function rulesFor({ scratch }: Policy, overlay: RuleOverlay): CompiledRule[] {
  const { name, hashes } = scratch
  const found: CompiledRule[] = []
  for (let depth = name.labelCount; depth >= 0; depth--)
    for (const rule of overlay.names.find(name, hashes, depth) ?? [])
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, scratch)) found.push(rule)
  if (overlay.patterns.size === 0) return found
  overlay.patterns.match(scratch, hashes, scratch.patterns)
  return [...found, ...scratch.patterns]
}
