/** Adblock lines and plain names: `||example.org^`, `@@||example.org^$important`, `/regex/`, `example.org`, `*.example.org`. */
import type { MatchKind, RuleInput } from '../contract/rules.ts'
import { parseDomainName } from '../dns/domain-name.ts'
import { parseAddress } from '../dns/ip-address.ts'
import { type Modifiers, parseModifiers } from './adblock-modifiers.ts'
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

interface Names {
  readonly match: Exclude<MatchKind, 'address'>
  readonly pattern: string
}

export function parseAdblock(text: string, dialect: Dialect): LineOutcome {
  const isAllow = text.startsWith('@@')
  const { body, modifierText } = splitModifiers(isAllow ? text.slice(2) : text)
  const modifiers = parseModifiers(modifierText)
  if (modifiers === null) return notForDns
  // Paths, schemes and queries of URLs; a regular expression stands between slashes as a whole. A separator at the start
  // (`^ads.js^`) can only stand inside a URL: nothing comes before a host name.
  if (!isRegex(body) && /^\^|[/?=&:]/.test(body) && !parseAddress(body)) return notForDns
  if (typeof modifiers === 'string') return rejected(modifiers)
  const names = isRegex(body) ? regexNames(body) : parseNames(body, dialect)
  if (typeof names === 'string') return rejected(names)
  if (isHostsBoilerplate(body.toLowerCase())) return boilerplate
  const rule = buildRule(names, isAllow, modifiers)
  return typeof rule === 'string' ? rejected(rule) : rules(rule)
}

const isRegex = (body: string): boolean => body.length > 1 && body.startsWith('/') && body.endsWith('/')
const regexNames = (body: string): Names => ({ match: 'regex', pattern: body.slice(1, -1) })

function splitModifiers(text: string): { body: string; modifierText: string } {
  // A `$` inside a regular expression is its end anchor: modifiers begin behind the last slash.
  if (text.startsWith('/')) {
    if (text.endsWith('/')) return { body: text, modifierText: '' }
    const end = text.lastIndexOf('/$')
    if (end > 0) return { body: text.slice(0, end + 1), modifierText: text.slice(end + 2) }
  }
  // The comment first: it may hold anything, a `$` too.
  const line = withoutComment(text)
  const dollar = line.indexOf('$')
  if (dollar >= 0) return { body: line.slice(0, dollar), modifierText: line.slice(dollar + 1) }
  return { body: line.startsWith('|') ? line : beforeSign(line, '#'), modifierText: '' }
}

/** What the names part matches, or a reason. */
function parseNames(body: string, dialect: Dialect): Names | string {
  if (body === '') return 'the line names nothing'
  if (/\s/.test(body)) return 'the line has several words, and the first is not an IP address'
  if (parseAddress(body)) return 'an IP address alone is not a rule'
  const match = /^(\|\|)?(\*\.|\.)?(.*?)(\^\|?|\|)?$/u.exec(body)!
  const [, anchor = '', below = '', name = '', end = ''] = match
  if (parseAddress(name)) return 'an IP address is not a name'
  const canonical = parseDomainName(name)
  // Without an anchor on the left, an end mark says that names must end so: `ample.org^` matches example.org.
  const isAnchored = anchor !== '' || below !== '' || end === ''
  if (canonical.ok && isAnchored) return { match: simpleMatch(anchor, below, dialect), pattern: canonical.value }
  const exact = /^\|([^|*]*[^|*^])\^\|?$/.exec(body)?.[1]
  if (exact !== undefined) {
    const exactName = parseDomainName(exact)
    return exactName.ok ? { match: 'exact', pattern: exactName.value } : exactName.error
  }
  return /[|*^]/.test(body) ? wildcardNames(body) : canonical.ok ? 'not a name' : canonical.error
}

function simpleMatch(anchor: string, below: string, dialect: Dialect): Names['match'] {
  if (below === '*.') return dialect === 'wildcard' && anchor === '' ? 'suffix' : 'subdomains'
  return anchor === '' && below === '' ? 'exact' : 'suffix'
}

/** An adblock pattern with other anchors or with `*` inside, as a regular expression on the name. */
function wildcardNames(body: string): Names | string {
  const [, start = '', middle = '', end = ''] = /^(\|{0,2})(.*?)(\^\|?|\|)?$/.exec(body) ?? []
  if (!/^[a-z0-9_.*-]+$/i.test(middle)) return `'${body.slice(0, 60)}' is not a name or a pattern`
  const opening = start === '||' ? '^(?:.*\\.)?' : start === '|' ? '^' : ''
  const inner = middle
    .toLowerCase()
    .replace(/\*+/g, '*')
    .replace(/[.*]/g, (sign) => (sign === '*' ? '.*' : '\\.'))
  return { match: 'regex', pattern: `${opening}${inner}${end === '' ? '' : '$'}` }
}

function buildRule(names: Names, isAllow: boolean, { common, effect }: Modifiers): RuleInput | string {
  if (isAllow) return effect ? 'exceptions to $dnsrewrite are not supported' : { action: 'allow', ...names, ...common }
  if (!effect) return { action: 'block', ...names, ...common }
  if (effect.kind === 'answer') return { action: 'block', ...names, ...common, answer: effect.answer }
  const { match, pattern } = names
  if (match === 'regex') return 'a regular expression can only block or allow'
  if (effect.kind === 'forward') return { action: 'forward', match, pattern, ...common, servers: effect.servers }
  if (effect.kind === 'local')
    return { action: 'rewrite', match, pattern, ...common, ipv4: effect.ipv4, ipv6: effect.ipv6 }
  if (match === 'subdomains' || (match === 'suffix' && !effect.keepsLabels))
    return 'a name as $dnsrewrite needs an exact name before it, as in |old.example^$dnsrewrite=new.example'
  return { action: 'alias', match, pattern, ...common, target: effect.target }
}
