/** Checks and normalises for whom and for what a rule holds: query types, clients, tags, names excepted. */
import type { RuleInput } from '../contract/rules.ts'
import { parseDomainName } from '../dns/domain-name.ts'
import { formatPrefix, parseAddress, parsePrefix } from '../dns/ip-address.ts'
import { formatRrType, parseRrType } from '../dns/rr-type.ts'
import type { CheckedRule, FieldFault } from './checked-rule.ts'

type Conditions = Pick<CheckedRule, 'queryTypes' | 'schedule' | 'clients' | 'clientTags' | 'exceptNames'>
type Read = (text: string) => { value: string } | { message: string }

/** `~` before a condition turns it round. */
export const NEGATION = '~'

export function checkConditions(input: RuleInput, faults: FieldFault[]): Conditions {
  const clients = checkEach('clients', input.clients, true, readClient, faults)
  const clientTags = checkEach('clientTags', input.clientTags, true, readTag, faults)
  const exceptNames = checkEach('exceptNames', input.exceptNames, false, readName, faults)
  return {
    queryTypes: checkQueryTypes(input.queryTypes, faults),
    ...(input.schedule != null && { schedule: input.schedule }),
    ...(clients.length > 0 && { clients }),
    ...(clientTags.length > 0 && { clientTags }),
    ...(exceptNames.length > 0 && { exceptNames }),
  }
}

function checkQueryTypes(texts: readonly string[] | undefined, faults: FieldFault[]): string[] {
  const types = new Set<number>()
  const excluded = new Set<number>()
  for (const text of texts ?? []) {
    const [isNegated, rest] = splitNegation(text.trim())
    const rrType = parseRrType(rest.trim())
    if (rrType === undefined)
      faults.push({ field: 'queryTypes', message: `'${text}' is not a type such as A or TYPE65` })
    else (isNegated ? excluded : types).add(rrType)
  }
  const both = [...types].find((type) => excluded.has(type))
  if (both !== undefined) faults.push({ field: 'queryTypes', message: contradiction(formatRrType(both)) })
  const ascending = (set: ReadonlySet<number>): string[] => [...set].sort((a, b) => a - b).map(formatRrType)
  return [...ascending(types), ...ascending(excluded).map((text) => `${NEGATION}${text}`)]
}

/** Who is excluded is out in any case: such a value would say nothing, or make the rule one for nobody. */
const contradiction = (value: string): string =>
  `'${value.slice(0, 80)}' stands there both with and without ${NEGATION}`

export const splitNegation = (text: string): [isNegated: boolean, rest: string] =>
  text.startsWith(NEGATION) ? [true, text.slice(1)] : [false, text]

/** Each once, those that are meant before those that are not. */
function checkEach(
  field: string,
  texts: readonly string[] | undefined,
  mayNegate: boolean,
  read: Read,
  faults: FieldFault[],
): string[] {
  const meant = new Set<string>()
  const excluded = new Set<string>()
  for (const text of texts ?? []) {
    const [isNegated, rest] = mayNegate ? splitNegation(text.trim()) : [false, text]
    const found = read(rest.trim())
    if ('message' in found) faults.push({ field, message: `'${text.slice(0, 80)}' ${found.message}` })
    else if (isNegated) excluded.add(`${NEGATION}${found.value}`)
    else meant.add(found.value)
  }
  const both = [...meant].find((value) => excluded.has(`${NEGATION}${value}`))
  if (both !== undefined) faults.push({ field, message: contradiction(both) })
  return [...[...meant].sort(), ...[...excluded].sort()]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f]/

/** Addresses and prefixes that are none: as a name they would be nobody's. */
const ADDRESS_LIKE = /^(?:\d+(?:\.\d+){3}|[\da-f.:]+\/\d+)$/i
const MAC_ADDRESS = /^(?:[\da-f]{2}[:-]){5}[\da-f]{2}$/i

function readClient(text: string): ReturnType<Read> {
  const prefix = parsePrefix(text)
  if (prefix) return { value: formatPrefix(prefix) }
  if (ADDRESS_LIKE.test(text)) return { message: 'is neither an address nor a prefix' }
  if (/^[\da-f:.]+%/i.test(text) && parseAddress(text.replace(/%.*$/, '')))
    return { message: 'has an interface behind %, which questions do not show: give the address without it' }
  if (MAC_ADDRESS.test(text))
    return { message: 'is a MAC address, which questions do not show: give an address or a name' }
  if (text === '' || CONTROL.test(text) || text.startsWith(NEGATION)) return { message: 'is not the name of a client' }
  return { value: text.toWellFormed() }
}

function readTag(text: string): ReturnType<Read> {
  return /^[\p{L}\p{N}_-]+$/u.test(text)
    ? { value: text.toLowerCase() }
    : { message: 'is not a tag: letters, digits, _ and - make one' }
}

function readName(text: string): ReturnType<Read> {
  if (parseAddress(text)) return { message: 'is an IP address, not a name' }
  const name = parseDomainName(text)
  return name.ok ? { value: name.value } : { message: `is not a name: ${name.error}` }
}
