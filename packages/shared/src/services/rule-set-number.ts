/**
 * Rule sets of ours (services, safe search) beside lists: in the resolver and in the log their numbers stand where lists
 * have their ids, far above any of them.
 */
import { SAFE_SEARCH_ENGINES } from './safe-search.ts'
import { SERVICES } from './service-catalogue.ts'

/** 2³⁰: above it numbers of rule sets, below it ids of lists. Both fit an unsigned 32-bit field. */
const RULE_SET_BASE = 2 ** 30

export interface NamedRuleSet {
  readonly kind: 'service' | 'safe-search'
  readonly id: string
  readonly name: string
}

export const listIdOfRuleSet = (number: number): number => RULE_SET_BASE + number

export const isRuleSetId = (listId: number): boolean => listId >= RULE_SET_BASE

const BY_LIST_ID = new Map<number, NamedRuleSet>([
  ...SERVICES.map(({ number, id, name }): [number, NamedRuleSet] => [
    listIdOfRuleSet(number),
    { kind: 'service', id, name },
  ]),
  ...SAFE_SEARCH_ENGINES.map(({ number, id, name }): [number, NamedRuleSet] => [
    listIdOfRuleSet(number),
    { kind: 'safe-search', id, name },
  ]),
])

/** The rule set behind a list id of the log; undefined: a list, or a set of a newer Weir. */
export const ruleSetOfListId = (listId: number): NamedRuleSet | undefined => BY_LIST_ID.get(listId)

/** The list id of a service or of safe search, as in `youtube`; undefined: there is no such set. */
export const listIdOfNamedSet = (id: string): number | undefined => ALL_RULE_SETS.find(([, set]) => set.id === id)?.[0]

/** Every rule set with its list id. */
export const ALL_RULE_SETS: readonly (readonly [listId: number, set: NamedRuleSet])[] = [...BY_LIST_ID]
