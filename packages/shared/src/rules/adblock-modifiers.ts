/** The part of an adblock rule behind `$`: which modifiers concern DNS, which browsers only, and what they say. */
import {
  BLOCK_ANSWER_KINDS,
  type BlockAnswer,
  type BlockAnswerKind,
  MAX_TTL_SECONDS,
} from '../contract/block-answer.ts'
import { decodeValue } from './rule-language.ts'

/** What every kind of rule may have. */
export interface CommonModifiers {
  important?: boolean
  shadow?: boolean
  badfilter?: boolean
  yields?: boolean
  inverted?: boolean
  queryTypes?: string[]
  clients?: string[]
  clientTags?: string[]
  exceptNames?: string[]
  ttlSeconds?: number
  groups?: number[]
  /** Id of a schedule. */
  schedule?: number
}

/** What the modifiers turn the rule into. */
export type ModifierEffect =
  | { readonly kind: 'answer'; readonly answer: BlockAnswer }
  /** The value of `$dnsrewrite` (it overrides blocks) or `$local`, as written; perhaps empty. */
  | { readonly kind: 'rewrite'; readonly value: string; readonly overridesBlock: boolean }
  | { readonly kind: 'forward'; readonly servers: string[] }
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'tcp-only' }

export interface Modifiers {
  readonly common: CommonModifiers
  readonly effect: ModifierEffect | undefined
}

/**
 * Modifiers of content blockers that narrow a rule to some requests of a page. At DNS level the rest of the page cannot be
 * known, so AdGuard's DNS engine leaves such rules out, `all` and `document` included; so does Weir.
 */
const BROWSER_MODIFIERS = new Set(
  (
    '1p 3p _ all app badresource beacon cname content cookie csp css denyallow-from doc document domain ehide elemhide ' +
    'empty extension first-party font frame from genericblock generichide ghide header hls image important-css ' +
    'inline-font inline-script ipaddress jsinject jsonprune match-case matches-media media method mp4 network noop ' +
    'object object-subrequest other permissions ping popunder popup queryprune reason redirect redirect-rule ' +
    'referrerpolicy removeheader removeparam replace responseheader rewrite script shide sitekey specifichide stealth ' +
    'strict-first-party strict-third-party strict1p strict3p stylesheet subdocument third-party to top uritransform ' +
    'urlblock urlskip urltransform webrtc websocket xhr xmlhttprequest xmlprune'
  ).split(' '),
)

type Draft = { common: CommonModifiers; effects: ModifierEffect[]; answer: BlockAnswer }

/** @returns null when the rule is for browsers, or a reason why it cannot be used */
export function parseModifiers(text: string): Modifiers | null | string {
  const items = splitItems(text)
  if (items.some(({ name }) => BROWSER_MODIFIERS.has(name.replace(/^~/, '')))) return null
  const draft: Draft = { common: {}, effects: [], answer: {} }
  for (const [at, item] of items.entries()) {
    // One of the two would be lost.
    if (CONDITIONS.has(item.name) && items.findIndex(({ name }) => name === item.name) < at)
      return `$${item.name} stands there twice: write its values into one, with | between`
    const fault = readModifier(draft, item)
    const before = items[at - 1]
    if (fault !== undefined && item.value === undefined && LISTS.has(before?.name ?? ''))
      return `${fault}; values of $${before!.name} stand with | between${before!.name === 'client' ? ', names with commas in quotes' : ''}`
    if (fault !== undefined) return fault
  }
  if (Object.keys(draft.answer).length > 0) draft.effects.push({ kind: 'answer', answer: draft.answer })
  if (draft.effects.length > 1) return 'the modifiers say two different things'
  return { common: draft.common, effect: draft.effects[0] }
}

interface Item {
  readonly name: string
  /** Undefined without `=`. */
  readonly value: string | undefined
}

function splitItems(text: string): Item[] {
  if (text.trim() === '') return []
  return splitOutsideQuotes(text, ',').map((item) => {
    const equals = item.indexOf('=')
    if (equals < 0) return { name: item.trim().toLowerCase(), value: undefined }
    return { name: item.slice(0, equals).trim().toLowerCase(), value: item.slice(equals + 1) }
  })
}

/**
 * Splits at each `sign` that has no backslash before it. Quotes hold signs together only where one opens a value of
 * `$client`, as names of clients are quoted there.
 */
function splitOutsideQuotes(text: string, sign: ',' | '|'): string[] {
  const parts: string[] = []
  let start = 0
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if ((character === "'" || character === '"') && opensClientName(text, at)) quote = character
    else if (character === sign) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  // A quote that stays open holds nothing together: the text is taken as it stands.
  if (quote !== '') return text.split(sign === ',' ? /(?<!\\),/ : /(?<!\\)\|/)
  return [...parts, text.slice(start)]
}

const opensClientName = (text: string, at: number): boolean =>
  /(?:^|client=|\|)~?$/i.test(text.slice(Math.max(0, at - 8), at))

/** Adds one modifier to the draft. @returns a reason when it cannot */
function readModifier(draft: Draft, { name, value }: Item): string | undefined {
  const flag = FLAGS.get(name)
  if (flag !== undefined && value !== undefined) return `${name} takes no value`
  const found = flag ?? CONDITIONS.get(name)?.(value ?? '') ?? EFFECTS.get(name)?.(value ?? '')
  if (found === undefined) return readAnswerPart(draft.answer, name, value ?? '')
  if (typeof found === 'string') return found
  if ('kind' in found) draft.effects.push(found)
  else Object.assign(draft.common, found)
  return undefined
}

const FLAGS = new Map<string, CommonModifiers | ModifierEffect>([
  ['important', { important: true }],
  ['badfilter', { badfilter: true }],
  ['shadow', { shadow: true }],
  ['invert', { inverted: true }],
  ['yields', { yields: true }],
  ['tcponly', { kind: 'tcp-only' }],
])

const CONDITIONS = new Map<string, (value: string) => CommonModifiers | string>([
  ['dnstype', (value) => readList(value, 'dnstype', (queryTypes) => ({ queryTypes }))],
  ['client', readClients],
  ['ctag', (value) => readList(value, 'ctag', (clientTags) => ({ clientTags }))],
  ['denyallow', (value) => readList(value, 'denyallow', (exceptNames) => ({ exceptNames }))],
  ['ttl', (value) => readNumber(value, 'ttl', 0, MAX_TTL_SECONDS, (ttlSeconds) => ({ ttlSeconds }))],
  ['groups', (value) => readNumbers(value, 'groups', (groups) => ({ groups }))],
  ['schedule', (value) => readNumber(value, 'schedule', 1, MAX_ID, (schedule) => ({ schedule }))],
])
/** Conditions that have several values. */
const LISTS: ReadonlySet<string> = new Set(['dnstype', 'client', 'ctag', 'denyallow', 'groups'])
const MAX_ID = 1e15

const EFFECTS = new Map<string, (value: string) => ModifierEffect | string>([
  ['dnsrewrite', (value) => rewrite(value, true)],
  ['local', (value) => rewrite(value, false)],
  ['forward', (value) => readValues(value, (servers) => ({ kind: 'forward', servers }))],
  ['alias', (value) => readValues(value, ([target = '']) => ({ kind: 'alias', target }))],
])

function readClients(value: string): CommonModifiers | string {
  const texts = splitOutsideQuotes(value, '|')
  const open = texts.find((text) => OPEN_QUOTE.test(text))
  if (open !== undefined) return `a quote in $client is not closed behind '${open.trim().slice(0, 40)}'`
  const clients = texts.map(readClient)
  return clients.some((client) => /^~?$/.test(client)) ? '$client names nobody' : { clients }
}

/** It begins with a quote that is not its last sign too; a quote further on is one of the name. */
const OPEN_QUOTE = /^\s*~?(["'])(?!.*(?<!\\)\1\s*$)/s

/** AdGuard escapes commas with a backslash, Weir more with percent signs; text without valid escapes is literal. */
const rewrite = (value: string, overridesBlock: boolean): ModifierEffect => {
  const text = value.replaceAll('\\,', ',')
  return { kind: 'rewrite', value: decodeValue(text) ?? text, overridesBlock }
}

/** One name, address or prefix: perhaps behind `~`, perhaps in quotes with backslashes before quotes, commas and bars. */
function readClient(text: string): string {
  const [, negation = '', rest = ''] = /^\s*(~?)(.*?)\s*$/s.exec(text) ?? []
  const quoted = /^(["'])(.*)\1$/s.exec(rest)?.[2] ?? rest
  const plain = quoted.replace(/\\([\\,|"'$])/g, '$1')
  return `${negation}${decodeValue(plain) ?? plain}`
}

function readValues(text: string, effectOf: (values: string[]) => ModifierEffect): ModifierEffect | string {
  const values = text.split('|').map(decodeValue)
  return values.every((value) => value !== undefined) ? effectOf(values) : `'${text}' holds a broken escape`
}

type Use<T> = (items: T[]) => CommonModifiers

function readList(value: string, name: string, use: Use<string>): CommonModifiers | string {
  const items = value.split('|').map((item) => item.trim())
  return items.some((item) => item === '' || item === '~') ? `$${name} holds an empty value` : use(items)
}

function readNumbers(value: string, name: string, use: Use<number>): CommonModifiers | string {
  if (!/^\d{1,16}(?:\|\d{1,16})*$/.test(value)) return `'${value}' is not a number`
  const numbers = value.split('|').map(Number)
  return numbers.includes(0) ? `$${name} takes ids, which begin with 1` : use(numbers)
}

function readNumber(
  value: string,
  name: string,
  min: number,
  max: number,
  use: (number: number) => CommonModifiers,
): CommonModifiers | string {
  if (/^\d+(?:\|\d+)+$/.test(value)) return `$${name} takes one number`
  if (!/^\d{1,16}$/.test(value)) return `'${value}' is not a number`
  const number = Number(value)
  return number < min || number > max ? `$${name} is a number from ${min} to ${max}` : use(number)
}

function readAnswerPart(answer: BlockAnswer, name: string, value: string): string | undefined {
  const text = decodeValue(value)
  if (text === undefined) return `'${value}' holds a broken escape`
  if (name === 'answer') {
    if (!isAnswerKind(text)) return `answer '${text}' is not one of ${BLOCK_ANSWER_KINDS.join(', ')}`
    answer.kind = text
  } else if (name === 'ipv4' || name === 'ipv6') answer[name] = value.split('|')
  else if (name === 'txt' || name === 'mx') answer[name] = text
  else return name === '' ? 'a modifier is empty' : `modifier '${name.slice(0, 40)}' is not supported`
  return undefined
}

const isAnswerKind = (text: string): text is BlockAnswerKind => (BLOCK_ANSWER_KINDS as readonly string[]).includes(text)
