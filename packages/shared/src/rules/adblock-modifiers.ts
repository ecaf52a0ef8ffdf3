/** The part of an adblock rule behind `$`: which modifiers concern DNS, which browsers only, and what they say. */
import { BLOCK_ANSWER_KINDS, type BlockAnswer, type BlockAnswerKind } from '../contract/rules.ts'
import { parseDnsRewrite } from './dns-rewrite.ts'
import type { ModifierEffect } from './modifier-effect.ts'
import { decodeValue } from './rule-language.ts'

/** What every kind of rule may have. */
export interface CommonModifiers {
  important?: boolean
  queryTypes?: string[]
  ttlSeconds?: number
  groups?: number[]
}

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
  if (items.some(([name]) => BROWSER_MODIFIERS.has(name.replace(/^~/, '').toLowerCase()))) return null
  const draft: Draft = { common: {}, effects: [], answer: {} }
  for (const [name, value] of items) {
    const fault = readModifier(draft, name.toLowerCase(), value)
    if (fault !== undefined) return fault
  }
  if (Object.keys(draft.answer).length > 0) draft.effects.push({ kind: 'answer', answer: draft.answer })
  if (draft.effects.length > 1) return 'the modifiers say two different things'
  return { common: draft.common, effect: draft.effects[0] }
}

function splitItems(text: string): (readonly [name: string, value: string])[] {
  if (text.trim() === '') return []
  return text.split(/(?<!\\),/).map((item) => {
    const equals = item.indexOf('=')
    return equals < 0 ? [item.trim(), ''] : [item.slice(0, equals).trim(), item.slice(equals + 1)]
  })
}

/** Adds one modifier to the draft. @returns a reason when it cannot */
function readModifier(draft: Draft, name: string, value: string): string | undefined {
  switch (name) {
    case 'important':
      draft.common.important = true
      return undefined
    case 'dnstype':
      return readQueryTypes(draft.common, value)
    case 'ttl':
      return readNumbers(value, (numbers) => {
        draft.common.ttlSeconds = numbers[0]!
      })
    case 'groups':
      return readNumbers(value, (numbers) => {
        draft.common.groups = numbers
      })
    case 'dnsrewrite':
      return addEffect(draft, parseDnsRewrite(value))
    case 'forward':
      return addEffect(
        draft,
        withValues(value, (servers) => ({ kind: 'forward', servers })),
      )
    case 'alias':
      return addEffect(
        draft,
        withValues(value, ([target = '']) => ({ kind: 'alias', target, keepsLabels: true })),
      )
    default:
      return readAnswerPart(draft.answer, name, value)
  }
}

function addEffect(draft: Draft, effect: ModifierEffect | string): string | undefined {
  if (typeof effect === 'string') return effect
  draft.effects.push(effect)
  return undefined
}

function withValues(text: string, effectOf: (values: string[]) => ModifierEffect): ModifierEffect | string {
  const values = text.split('|').map(decodeValue)
  return values.every((value) => value !== undefined) ? effectOf(values) : `'${text}' holds a broken escape`
}

function readQueryTypes(common: CommonModifiers, value: string): string | undefined {
  const types = value.split('|')
  if (types.some((type) => type.startsWith('~'))) return 'a negated $dnstype is not supported'
  common.queryTypes = types
  return undefined
}

function readNumbers(value: string, use: (numbers: number[]) => void): string | undefined {
  if (!/^\d{1,16}(?:\|\d{1,16})*$/.test(value)) return `'${value}' is not a number`
  use(value.split('|').map(Number))
  return undefined
}

function readAnswerPart(answer: BlockAnswer, name: string, value: string): string | undefined {
  const text = decodeValue(value)
  if (text === undefined) return `'${value}' holds a broken escape`
  if (name === 'answer') {
    if (!isAnswerKind(text)) return `answer '${text}' is not one of ${BLOCK_ANSWER_KINDS.join(', ')}`
    answer.kind = text
  } else if (name === 'ipv4' || name === 'ipv6') answer[name] = value.split('|')
  else if (name === 'txt' || name === 'mx') answer[name] = text
  else return `modifier '${name.slice(0, 40)}' is not supported`
  return undefined
}

const isAnswerKind = (text: string): text is BlockAnswerKind => (BLOCK_ANSWER_KINDS as readonly string[]).includes(text)
