/**
 * Regular expressions as Pi-hole has them: bare, with extensions behind `;` (docs.pi-hole.net/regex/pi-hole).
 *
 * ```
 *  (^|\.)ads\.example$                       ^ad[sv]?[0-9]*\.
 *  ^ads\.;querytype=A,AAAA                   ^ads\.;querytype=!A         !: all types but these
 *  ^ads\.;invert                             ^ads\.;reply=nxdomain       also nodata, refused, none, one or two addresses
 *  (^|\.)ads(?#a comment)\.example$          ad[sv]?[0-9]*\.example      with signs that neither names nor adblock patterns have
 * ```
 */
import type { BlockAnswer } from '../contract/block-answer.ts'
import type { RuleInput } from '../contract/rules.ts'
import { parseAddress } from '../dns/ip-address.ts'
import { type LineOutcome, rejected, rules } from './line-outcome.ts'

const EXTENDED = /^([^\s]+?)((?:;(?:querytype|reply)=[^;\s]+|;invert)+)$/i
/** Begins as an expression does, and has an extension that is none: told so. */
const MISEXTENDED = /^[\^(.\\[][^\s;]*;[a-z]+(?:=\S*)?$/i
/** Without extensions only what no name and no adblock pattern looks like. */
const BARE = /^(?:\(|\^\S*(?:\\\.|\[|\(|\$$))\S*$/
/** Classes, groups and escaped dots and letters in what is otherwise text of names: whoever writes a name escapes neither. */
const BARE_INSIDE = /^(?=\S*(?:\\[.a-zA-Z]|\[[^\s\]]+\]|\([^\s()]+\)))[\w.*+?^|()[\]{},:\\-]+\$?$/
/** A name that must end so. Modifiers of adblock would stand behind the sign. */
const BARE_END = /^[\w-]+(?:\.[\w-]+)+\$$/
/** Anything, then text: a dot with a star behind it says nothing in a pattern of adblock. */
const BARE_ANYTHING = /^\.\*(?=\S*[a-z0-9])[\w.*+?-]+\$?$/i
/** Comments as TRE has them, and its marks of a word's edges: RE2 lacks both. */
const COMMENT = /\(\?#[^)]*\)/g
const EDGE = /\\[<>]|\[\[:[<>]:\]\]/g

const ofRe2 = (text: string): string =>
  text.includes('(?#') || /\\[<>]|\[:[<>]:/.test(text) ? text.replace(COMMENT, '').replace(EDGE, '\\b') : text

export function isPiholeRegex(line: string): boolean {
  const text = ofRe2(line)
  return (
    EXTENDED.test(text) ||
    MISEXTENDED.test(text) ||
    BARE.test(text) ||
    BARE_ANYTHING.test(text) ||
    BARE_END.test(text) ||
    (/^(?:[\w.*^[]|\\[.a-zA-Z])/.test(text) && BARE_INSIDE.test(text))
  )
}

const KIND_OF_REPLY = new Map<string, NonNullable<BlockAnswer['kind']>>([
  ['nodata', 'nodata'],
  ['nxdomain', 'nxdomain'],
  ['refused', 'refused'],
  ['none', 'drop'],
])

export function parsePiholeRegex(line: string): LineOutcome {
  const text = ofRe2(line)
  const [, body = text, extensions = ''] = EXTENDED.exec(text) ?? []
  const valueless = /;(?:querytype|reply)=(?=;|$)/i.exec(body)?.[0]
  if (valueless !== undefined) return rejected(`'${valueless}' needs a value, as in ;querytype=A or ;reply=nxdomain`)
  if (body.includes(';'))
    return rejected(`';${body.split(';')[1]!.slice(0, 40)}' is not one of ;querytype=, ;invert and ;reply=`)
  const pattern = /^\/.*\/$/.test(body) ? body.slice(1, -1) : body
  const rule: RuleInput & { action: 'block' } = { action: 'block', match: 'regex', pattern }
  const answer: BlockAnswer = {}
  for (const extension of extensions.split(';').slice(1)) {
    const [name = '', value = ''] = extension.split('=')
    if (name.toLowerCase() === 'invert') rule.inverted = true
    else if (name.toLowerCase() === 'querytype') {
      if (rule.queryTypes)
        return rejected(';querytype= stands there twice: write its types into one, with commas between')
      rule.queryTypes = queryTypes(value)
    } else {
      const fault = addReply(answer, value)
      if (fault !== undefined) return rejected(fault)
    }
  }
  if (Object.keys(answer).length > 0) rule.answer = withBothFamilies(answer)
  return rules(rule)
}

/** Of a family that no reply names, Pi-hole answers with the null address. */
const withBothFamilies = (answer: BlockAnswer): BlockAnswer =>
  answer.kind === 'addresses' ? { ...answer, ipv4: answer.ipv4 ?? ['0.0.0.0'], ipv6: answer.ipv6 ?? ['::'] } : answer

/** A `!` turns the whole list round. */
const queryTypes = (value: string): string[] =>
  value.startsWith('!')
    ? value
        .slice(1)
        .split(',')
        .map((type) => `~${type.replace(/^!/, '')}`)
    : value.split(',')

/** @returns a reason when there is no such reply here */
function addReply(answer: BlockAnswer, value: string): string | undefined {
  const kind = KIND_OF_REPLY.get(value.toLowerCase())
  const octets = parseAddress(value)
  if (/^cname,/i.test(value))
    return 'the reply CNAME is not supported: write the expression between slashes, with $dnsrewrite= and the name behind it'
  if (kind === undefined && !octets)
    return `the reply '${value.slice(0, 40)}' is not supported: name an address instead`
  if (answer.kind !== undefined && (kind !== undefined || answer.kind !== 'addresses'))
    return 'two replies are too many'
  answer.kind = kind ?? 'addresses'
  if (octets?.length === 4) answer.ipv4 = [...(answer.ipv4 ?? []), value]
  if (octets?.length === 16) answer.ipv6 = [...(answer.ipv6 ?? []), value]
  return undefined
}
