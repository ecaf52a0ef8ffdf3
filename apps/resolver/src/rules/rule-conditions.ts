/**
 * What a rule asks besides its pattern that most rules do not: `$client`, `$ctag`, `$denyallow`, negated `$dnstype`, a schedule.
 *
 * Each list says who is meant and, behind `~`, who is not; who is excluded is excluded, and where somebody is meant,
 * nobody else is (AdGuard DNS filtering syntax). A client is known by its address, by the name of its entry and by
 * the name of its group; its tags are its own and the name of its group, in lower case with `_` for what is no letter or digit.
 */
import { toWire } from '@weir/shared/dns/domain-name'
import { type AddressPrefix, parsePrefix, prefixContains, unmapped } from '@weir/shared/dns/ip-address'
import { parseRrType } from '@weir/shared/dns/rr-type'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import type { AskedQuestion } from './asked-question.ts'
import { isSuffixOf } from './name-hash.ts'

export interface RuleConditions {
  /** Id; null: always. */
  readonly schedule: number | null
  /** Where the schedule is not there, or cannot be read: what blocks goes on blocking, the rest never holds. */
  readonly holdsUnscheduled: boolean
  readonly excludedTypes: readonly number[]
  readonly clients: ClientSet | null
  readonly excludedClients: ClientSet | null
  readonly tags: ReadonlySet<string> | null
  readonly excludedTags: ReadonlySet<string> | null
  /** Wire names. */
  readonly exceptNames: readonly Uint8Array[]
}

interface ClientSet {
  readonly prefixes: readonly AddressPrefix[]
  /** Lower case. */
  readonly names: ReadonlySet<string>
}

type Source = Partial<
  Pick<CheckedRule, 'action' | 'queryTypes' | 'schedule' | 'clients' | 'clientTags' | 'exceptNames'>
>

const isNegated = (text: string): boolean => text.startsWith('~')
const withoutMark = (text: string): string => text.slice(1)

/** Null for the many rules that ask nothing of this. */
export function compileConditions(rule: Source): RuleConditions | null {
  const { queryTypes = [], clients = [], clientTags = [], exceptNames = [], schedule = null } = rule
  const excludedTypes = queryTypes.filter(isNegated).map((text) => typeNumber(withoutMark(text)))
  const count = excludedTypes.length + clients.length + clientTags.length + exceptNames.length
  if (count === 0 && schedule === null) return null
  return {
    schedule,
    holdsUnscheduled: rule.action === 'block',
    excludedTypes,
    clients: clientSet(clients.filter((text) => !isNegated(text))),
    excludedClients: clientSet(clients.filter(isNegated).map(withoutMark)),
    tags: tagSet(clientTags.filter((text) => !isNegated(text))),
    excludedTags: tagSet(clientTags.filter(isNegated).map(withoutMark)),
    exceptNames: exceptNames.map((name) => toWire(name)),
  }
}

/** Types that are meant; null: all but those excluded. */
export function compileQueryTypes({ queryTypes = [] }: Source): readonly number[] | null {
  const meant = queryTypes.filter((text) => !isNegated(text)).map(typeNumber)
  return meant.length > 0 ? meant : null
}

function typeNumber(text: string): number {
  const number = parseRrType(text)
  if (number === undefined) throw new RangeError(`'${text}' is no query type`)
  return number
}

const tagSet = (tags: readonly string[]): ReadonlySet<string> | null => (tags.length > 0 ? new Set(tags) : null)

function clientSet(texts: readonly string[]): ClientSet | null {
  if (texts.length === 0) return null
  const prefixes = texts.flatMap((text) => parsePrefix(text) ?? [])
  return { prefixes, names: new Set(texts.filter((text) => !parsePrefix(text)).map((text) => text.toLowerCase())) }
}

/**
 * Does it take more than name, type and the client's group to tell whether they are met? Schedules do not count: when one
 * begins or ends, all that is remembered is out of date (`ScheduleStates.epoch`).
 */
export const asksForMore = ({ clients, excludedClients, tags, excludedTags }: RuleConditions): boolean =>
  clients !== null || excludedClients !== null || tags !== null || excludedTags !== null

/** @param question its `labels` are looked up only where a rule asks for them */
export function meets(conditions: RuleConditions, question: AskedQuestion): boolean {
  const { schedule, holdsUnscheduled } = conditions
  if (schedule !== null && !question.scheduleHolds(schedule, holdsUnscheduled)) return false
  const { excludedTypes, clients, excludedClients, tags, excludedTags, exceptNames } = conditions
  // ANY asks for every type, also for those that are not excluded: only where it is named itself it is left out (Pi-hole).
  if (excludedTypes.includes(question.qtype)) return false
  // `$dnstype=~CNAME` lets an answer lead there by a CNAME (AdGuard DNS filtering syntax).
  if (question.leadingType !== 0 && excludedTypes.includes(question.leadingType)) return false
  for (const name of exceptNames) if (isSuffixOf(name, question.name)) return false
  if (excludedClients !== null && isIn(excludedClients, question)) return false
  if (clients !== null && !isIn(clients, question)) return false
  if (excludedTags !== null && hasOne(question.labels().tags, excludedTags)) return false
  return tags === null || hasOne(question.labels().tags, tags)
}

/** Bits of the longest prefix among the meant ones that holds the client; 0: the rule names none that does. */
export function clientBits(conditions: RuleConditions | null, question: AskedQuestion): number {
  const prefixes = conditions?.clients?.prefixes
  if (prefixes === undefined || prefixes.length === 0) return 0
  const address = unmapped(question.clientAddress)
  let bits = 0
  for (const prefix of prefixes) if (prefix.bits > bits && prefixContains(prefix, address)) bits = prefix.bits
  return bits
}

function hasOne(tags: readonly string[], wanted: ReadonlySet<string>): boolean {
  for (const tag of tags) if (wanted.has(tag)) return true
  return false
}

function isIn({ prefixes, names }: ClientSet, question: AskedQuestion): boolean {
  if (prefixes.length > 0) {
    const address = unmapped(question.clientAddress)
    for (const prefix of prefixes) if (prefixContains(prefix, address)) return true
  }
  if (names.size === 0) return false
  const { name, groupName } = question.labels()
  return names.has(name) || names.has(groupName)
}
