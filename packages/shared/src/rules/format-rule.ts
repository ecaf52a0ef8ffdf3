/** Writes a rule as one line of the rule language (rule-language.ts); `parseRuleLine` reads it back as the same rule. */
import type { BlockAnswer } from '../contract/rules.ts'
import type { CheckedRule } from './checked-rule.ts'
import { isHostsBoilerplate, isNullAddress } from './hosts-table.ts'
import { encodeServer, encodeValue } from './rule-language.ts'

/**
 * The line says all that `ruleIdentity` compares; enabled, expiry, comment and owner have no place in it. A rule with hundreds
 * of groups or a very long text can come to a line longer than MAX_LINE_CHARACTERS, which is not read back.
 */
export function formatRule(rule: CheckedRule): string {
  const modifiers = commonModifiers(rule)
  if (rule.match === 'address') return withModifiers(`alias=${rule.pattern},${rule.target}`, modifiers)
  const short = modifiers.length === 0 ? peerForm(rule) : undefined
  return short ?? withModifiers(formatNames(rule), [...actionModifiers(rule), ...modifiers])
}

const withModifiers = (line: string, modifiers: readonly string[]): string =>
  modifiers.length === 0 ? line : `${line}$${modifiers.join(',')}`

/** Forms of other programs that say all of a rule without modifiers. */
function peerForm(rule: CheckedRule): string | undefined {
  const { action, match, pattern } = rule
  if (action === 'block' && match === 'exact' && !rule.answer && !isHostsBoilerplate(pattern)) return pattern
  if (action === 'alias' && match === 'exact') return `cname=${pattern},${rule.target}`
  if (action === 'forward' && match === 'suffix') return formatForward(`/${pattern}/`, rule.servers ?? [])
  if (action === 'forward' && match === 'subdomains') return `[/*.${pattern}/]${rule.servers?.join(' ')}`
  if (action === 'rewrite' && match === 'exact') return formatHosts(rule)
  return undefined
}

function formatForward(names: string, servers: readonly string[]): string {
  const [server = '', ...more] = servers
  const plain = more.length === 0 && !server.includes('://')
  const match = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(server)
  if (!plain || !match) return `[${names}]${servers.join(' ')}`
  if (!server.includes('[') && server.split(':').length > 2) return `server=${names}${server}`
  return `server=${names}${match[1]}${match[2] === undefined ? '' : `#${match[2]}`}`
}

function formatHosts({ pattern, ipv4 = [], ipv6 = [] }: CheckedRule): string | undefined {
  const addresses = [...ipv4, ...ipv6]
  return addresses.length === 1 && !isNullAddress(addresses[0]!) && !isHostsBoilerplate(pattern)
    ? `${addresses[0]} ${pattern}`
    : undefined
}

function formatNames({ action, match, pattern }: CheckedRule): string {
  const exception = action === 'allow' ? '@@' : ''
  if (match === 'regex') return `${exception}/${pattern}/`
  if (match === 'subdomains') return `${exception}*.${pattern}^`
  return `${exception}${match === 'exact' ? '|' : '||'}${pattern}^`
}

function actionModifiers(rule: CheckedRule): string[] {
  switch (rule.action) {
    case 'block':
      return answerModifiers(rule.answer)
    case 'forward':
      return [`forward=${rule.servers?.map(encodeServer).join('|')}`]
    case 'alias':
      return [`alias=${encodeValue(rule.target ?? '')}`]
    case 'rewrite':
      return [`dnsrewrite=${[...(rule.ipv4 ?? []), ...(rule.ipv6 ?? [])].join('|')}`]
    case 'allow':
      return []
  }
}

/** What AdGuard's `$dnsrewrite` can say of a block answer. */
const REWRITE_WORDS: Partial<Record<NonNullable<BlockAnswer['kind']>, string>> = {
  nxdomain: 'NXDOMAIN',
  nodata: 'NOERROR',
  refused: 'REFUSED',
}

function answerModifiers(answer: BlockAnswer | undefined): string[] {
  if (!answer) return []
  const { kind, ipv4, ipv6, txt, mx } = answer
  const parts = [
    ...(ipv4 ? [`ipv4=${ipv4.join('|')}`] : []),
    ...(ipv6 ? [`ipv6=${ipv6.join('|')}`] : []),
    ...(txt === undefined ? [] : [`txt=${encodeValue(txt)}`]),
    ...(mx === undefined ? [] : [`mx=${encodeValue(mx)}`]),
  ]
  if (kind === undefined) return parts
  const word = REWRITE_WORDS[kind]
  return word !== undefined && parts.length === 0 ? [`dnsrewrite=${word}`] : [`answer=${kind}`, ...parts]
}

function commonModifiers(rule: CheckedRule): string[] {
  return [
    ...(rule.important ? ['important'] : []),
    ...(rule.queryTypes.length > 0 ? [`dnstype=${rule.queryTypes.join('|')}`] : []),
    ...(rule.ttlSeconds === null ? [] : [`ttl=${rule.ttlSeconds}`]),
    ...(rule.groups.length > 0 ? [`groups=${rule.groups.join('|')}`] : []),
  ]
}
