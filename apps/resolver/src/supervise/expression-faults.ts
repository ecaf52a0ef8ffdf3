/** Regular expressions that do not act, or not on every name: what is wrong with them, and what helps, for health and console. */
import type { StatusReply } from '@weir/shared/control/messages'
import { MAX_ATTEMPTS, MAX_PATTERNS, MAX_UNFILTERED_PATTERNS } from '../rules/pattern-rules.ts'
import type { Policy } from '../rules/policy.ts'

/** Of all workers, since the present rules are in effect. */
export interface CutSearches {
  readonly cutSearches: number
  readonly skipped: readonly (readonly [listId: number, count: number])[]
}

/** Lists that are named one by one. */
const MAX_LISTS_NAMED = 10

export type ListFault = StatusReply['listFaults'][number]

/** One line for each that is wrong; empty: every expression acts on every name. */
export function expressionFaults(policy: Policy, { cutSearches, skipped }: CutSearches): string[] {
  const { own, lists } = policy
  const nameOf = (listId: number): string =>
    listId === 0 ? 'own rules' : `list '${lists.get(listId)?.row.name ?? `#${listId}`}'`
  const faults = leftOutOfLists(policy)
    .slice(0, MAX_LISTS_NAMED)
    .map(({ listId, detail }) => `${nameOf(listId)}: ${detail}`)
  if (own.leftOutCount > 0)
    faults.unshift(
      `own rules: ${leftOut(own.leftOutCount)}. Write names instead, or expressions with more text, and save them again`,
    )
  if (cutSearches > 0)
    faults.push(
      `${number(cutSearches)} times a name was tried against no more than ${MAX_ATTEMPTS} of the regular expressions that might match it, so that ` +
        `some did not act; most that were left out are of ${nameOf(mostOf(skipped))}. Switch that off, or write its expressions with text that fewer names hold`,
    )
  return faults
}

/** The same, list by list, for the page of each. */
export function listFaults(policy: Policy, { skipped }: CutSearches): ListFault[] {
  const faults = leftOutOfLists(policy)
  for (const [listId, count] of sumsOf(skipped)) {
    if (listId === 0 || count === 0) continue
    const times = `${number(count)} ${count === 1 ? 'time' : 'times'}`
    const detail =
      `${times} one of its regular expressions was not tried on a name, since more than ${MAX_ATTEMPTS} might have matched it. ` +
      'Switch the list off, or take one that has names instead'
    faults.push({ listId, detail })
  }
  return faults
}

const leftOutOfLists = ({ listRules, lists }: Policy): ListFault[] =>
  [...listRules.leftOutByList]
    .filter(([listId]) => lists.get(listId)?.row.enabled)
    .map(([listId, count]) => ({
      listId,
      detail: `${leftOut(count)}. Switch the list off, or take one that has names instead`,
    }))

const leftOut = (count: number): string =>
  `${number(count)} regular ${count === 1 ? 'expression does' : 'expressions do'} not act, since there is room for ${number(MAX_PATTERNS)}, and for ` +
  `${MAX_UNFILTERED_PATTERNS} that require no text of three characters`

function sumsOf(skipped: CutSearches['skipped']): Map<number, number> {
  const sums = new Map<number, number>()
  for (const [listId, count] of skipped) sums.set(listId, (sums.get(listId) ?? 0) + count)
  return sums
}

const mostOf = (skipped: CutSearches['skipped']): number =>
  [...sumsOf(skipped)].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0

const number = (value: number): string => value.toLocaleString('en')
