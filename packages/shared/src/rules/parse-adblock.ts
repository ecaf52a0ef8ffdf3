/** Adblock lines and plain names: `||example.org^`, `@@||example.org^$important`, `/regex/`, `example.org`, `*.example.org`. */
import type { RuleInput } from '../contract/rules.ts'
import { parsePrefix } from '../dns/ip-address.ts'
import { type CommonModifiers, type ModifierEffect, type Modifiers, parseModifiers } from './adblock-modifiers.ts'
import { isRegex, type Names, parseNames, stripAnchors } from './adblock-names.ts'
import { isHostsBoilerplate } from './hosts-table.ts'
import {
  beforeSign,
  boilerplate,
  type Dialect,
  type LineOutcome,
  notForDns,
  rejected,
  rules,
  withoutComment,
} from './line-outcome.ts'
import { parseRewriteValue } from './rewrite-value.ts'

export function parseAdblock(text: string, dialect: Dialect): LineOutcome {
  const isAllow = text.startsWith('@@')
  const { body: written, modifierText } = splitModifiers(isAllow ? text.slice(2) : text)
  const body = withoutScheme(written)
  const modifiers = parseModifiers(modifierText)
  if (modifiers === null) return notForDns
  if (isPrefixLike(body) && parsePrefix(stripAnchors(body)) === undefined)
    return rejected(`'${body.slice(0, 60)}' is neither an address nor a prefix`)
  if (isOfUrl(body)) return notForDns
  if (typeof modifiers === 'string') return rejected(modifiers)
  const names = parseNames(body, dialect)
  if (typeof names === 'string') return rejected(names)
  if (names.isForAll && !hasRestriction(modifiers.common))
    return rejected('the line is for every name: say whom or what with $client, $ctag, $denyallow or $dnstype')
  if (isHostsBoilerplate(body.toLowerCase())) return boilerplate
  const rule = buildRule(names, isAllow, modifiers)
  return typeof rule === 'string' ? rejected(rule) : rules(rule)
}

/**
 * Paths, schemes and queries of URLs; a regular expression stands between slashes as a whole. A separator at the start
 * (`^ads.js^`) or before more text (`||example.org^ads.js`) can only stand inside a URL: nothing comes before a host name.
 */
function isOfUrl(body: string): boolean {
  if (isRegex(body) || !/^\^|\^[\w-]|[/?=&:]/.test(body)) return false
  return parsePrefix(stripAnchors(body)) === undefined && !/^[^/]*\/\*$/.test(body)
}

/** Octets or groups of an address, perhaps with a length behind them; names hold no `:`, and are no four numbers. */
const isPrefixLike = (body: string): boolean =>
  /^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d*|[\da-f]*:[\da-f]*:[\da-f:.]*(?:\/\d+)?)$/i.test(stripAnchors(body))

/**
 * A scheme and a host name, and no path: what is asked of that host, whatever it is. `://example.org`, `|https://example.org^`.
 * What ends with a dot goes on behind it: `://ads.` and `/ads.` are the first labels of a name (AdGuard's engine), `://192.0.` an address.
 */
function withoutScheme(body: string): string {
  const first = /^(?:\|?(?:https?|wss?)?:\/\/|\/)([\w-][\w.-]*\.)$/i.exec(body)?.[1]
  if (first !== undefined) return `|${first}`
  const host = /^\|?(?:https?|wss?)?:\/\/([^/?#:^|*]+)[\^/]?\|?$/i.exec(body)?.[1]
  return host === undefined ? body : `|${host}^`
}

/** Flags as JavaScript writes them: names compare without case, so that none says anything. */
const FLAGS = /\/[gimsuy]{1,6}(?=\$[a-z]|$)/
/** Without any of these between its slashes, a text may be a path. */
const SIGN_OF_REGEX = /[\\^$()[\]{}|+?]/

function withoutFlags(text: string): string {
  if (!text.startsWith('/') || text.endsWith('/')) return text
  const end = text.search(FLAGS)
  return end > 0 && SIGN_OF_REGEX.test(text.slice(1, end))
    ? text.slice(0, end + 1) + text.slice(end).replace(FLAGS, '')
    : text
}

/** Modifiers of browsers whose value may end with a slash. */
const SLASHED_MODIFIER = /\/\$(?=(?:replace|removeparam|domain|path|to|urltransform|uritransform|header)=)/

function splitModifiers(written: string): { body: string; modifierText: string } {
  const text = withoutFlags(written)
  // A `$` inside a regular expression is its end anchor: modifiers begin behind the last slash.
  if (text.startsWith('/')) {
    const slashed = text.search(SLASHED_MODIFIER)
    const end = slashed > 0 ? slashed : text.endsWith('/') ? text.length - 1 : text.lastIndexOf('/$')
    if (end > 0) return { body: text.slice(0, end + 1), modifierText: text.slice(end + 2) }
  }
  // The comment first: it may hold anything, a `$` too.
  const line = withoutComment(text)
  const dollar = line.indexOf('$')
  if (dollar >= 0) return { body: line.slice(0, dollar), modifierText: line.slice(dollar + 1) }
  return { body: line.startsWith('|') ? line : beforeSign(line, '#'), modifierText: '' }
}

const hasRestriction = ({ clients, clientTags, exceptNames, queryTypes, groups }: CommonModifiers): boolean =>
  [clients, clientTags, exceptNames, queryTypes, groups].some((list) => list !== undefined && list.length > 0)

function buildRule({ match, pattern }: Names, isAllow: boolean, { common, effect }: Modifiers): RuleInput | string {
  if (isAllow) return buildException({ match, pattern }, common, effect)
  if (!effect || effect.kind === 'answer')
    return { action: 'block', match, pattern, ...common, ...(effect && { answer: effect.answer }) }
  if (common.yields) return 'yields goes with rules that block or allow'
  if (match === 'address') return 'an address can only be blocked or allowed'
  if (effect.kind === 'tcp-only') return 'tcponly goes with @@ rules'
  if (effect.kind === 'rewrite') return buildRewrite(match, pattern, common, effect)
  if (common.badfilter || common.inverted) return 'badfilter and invert go with rules that block, allow or rewrite'
  if (effect.kind === 'forward') return { action: 'forward', match, pattern, ...common, servers: effect.servers }
  if (match === 'regex') return '$alias needs a name before it, as in ||old.example^$alias=new.example'
  return { action: 'alias', match, pattern, ...common, target: effect.target }
}

type Target = Pick<Names, 'match' | 'pattern'>

function buildException(
  { match, pattern }: Target,
  common: CommonModifiers,
  effect: ModifierEffect | undefined,
): RuleInput | string {
  if (!effect) return { action: 'allow', match, pattern, ...common }
  if (effect.kind === 'tcp-only') return { action: 'allow', match, pattern, ...common, tcpOnly: true }
  if (effect.kind === 'rewrite' && effect.overridesBlock)
    return { action: 'allow', match, pattern, ...common, exceptRewrite: effect.value }
  return 'this modifier does not go with @@'
}

function buildRewrite(
  match: Exclude<Names['match'], 'address'>,
  pattern: string,
  common: CommonModifiers,
  { value, overridesBlock }: ModifierEffect & { kind: 'rewrite' },
): RuleInput | string {
  // AdGuard's engine takes `$dnsrewrite` without a value, and answers with no records.
  const parsed = parseRewriteValue(value === '' && overridesBlock ? 'NOERROR' : value)
  if (!parsed.ok) return parsed.error
  const { ipv4, ipv6, records, rcode } = parsed.value
  return {
    action: 'rewrite',
    match,
    pattern,
    ...common,
    ...(ipv4.length > 0 && { ipv4: [...ipv4] }),
    ...(ipv6.length > 0 && { ipv6: [...ipv6] }),
    ...(records.length > 0 && { records: [...records] }),
    ...(rcode !== undefined && { rcode }),
    ...(overridesBlock && { overridesBlock: true }),
  }
}
