/** Writes a rule as one line of the rule language (rule-language.ts); `parseRuleLine` reads it back as the same rule. */
import type { BlockAnswer } from '../contract/block-answer.ts'
import { USUAL_SERVERS } from './check-rule.ts'
import type { CheckedRule } from './checked-rule.ts'
import { isHostsBoilerplate, isNullAddress } from './hosts-table.ts'
import { formatRewriteValue } from './rewrite-value.ts'
import { encodeClient, encodeRecords, encodeServer, encodeValue } from './rule-language.ts'

/**
 * The line says all that `ruleIdentity` compares; that it only records is said too; enabled, expiry, comment and owner have no place in it. A rule with hundreds
 * of groups or a very long text can come to a line longer than MAX_LINE_CHARACTERS, which is not read back.
 */
export function formatRule(rule: CheckedRule): string {
  const modifiers = commonModifiers(rule)
  if (rule.match === 'address' && rule.action === 'rewrite')
    return withModifiers(`alias=${rule.pattern},${rule.target}`, modifiers)
  const short = modifiers.length === 0 ? peerForm(rule) : undefined
  return short ?? withModifiers(formatNames(rule), [...actionModifiers(rule), ...modifiers])
}

const withModifiers = (line: string, modifiers: readonly string[]): string =>
  modifiers.length === 0 ? line : `${line}$${modifiers.join(',')}`

/** Forms of other programs that say all of a rule without modifiers. */
function peerForm(rule: CheckedRule): string | undefined {
  const { action, match, pattern } = rule
  if (rule.badfilter || rule.overridesBlock || rule.exceptRewrite !== undefined || rule.tcpOnly) return undefined
  // A bare text with a backslash is read as an expression.
  const isBare = !pattern.includes('\\') && !isHostsBoilerplate(pattern)
  if (action === 'block' && match === 'exact' && !rule.answer && isBare) return pattern
  if (action === 'alias' && match === 'exact') return `cname=${pattern},${rule.target}`
  if (action === 'forward' && match === 'suffix') return formatForward(`/${pattern}/`, rule.servers ?? [])
  if (action === 'forward' && match === 'subdomains') return `[/*.${pattern}/]${rule.servers?.join(' ')}`
  if (action === 'rewrite' && match === 'exact') return formatHosts(rule)
  return undefined
}

function formatForward(names: string, servers: readonly string[]): string {
  const [server = '', ...more] = servers
  const plain = more.length === 0 && !server.includes('://') && server !== USUAL_SERVERS
  const match = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(server)
  if (!plain || !match) return `[${names}]${servers.join(' ')}`
  if (!server.includes('[') && server.split(':').length > 2) return `server=${names}${server}`
  return `server=${names}${match[1]}${match[2] === undefined ? '' : `#${match[2]}`}`
}

function formatHosts({ pattern, ipv4 = [], ipv6 = [], records }: CheckedRule): string | undefined {
  if (records) return undefined
  const addresses = [...ipv4, ...ipv6]
  return addresses.length === 1 && !isNullAddress(addresses[0]!) && !isHostsBoilerplate(pattern)
    ? `${addresses[0]} ${pattern}`
    : undefined
}

function formatNames({ action, match, pattern }: CheckedRule): string {
  const exception = action === 'allow' ? '@@' : ''
  if (match === 'regex') return `${exception}/${pattern}/`
  if (match === 'suffix' && pattern === '.') return `${exception}||.^`
  if (match === 'subdomains') return `${exception}*.${pattern}^`
  return `${exception}${match === 'exact' ? '|' : '||'}${pattern}^`
}

function actionModifiers(rule: CheckedRule): string[] {
  switch (rule.action) {
    case 'block':
      return answerModifiers(rule.answer)
    case 'allow':
      return allowModifiers(rule)
    case 'forward':
      return [`forward=${rule.servers?.map(encodeServer).join('|')}`]
    case 'alias':
      return [`alias=${encodeValue(rule.target ?? '')}`]
    case 'rewrite':
      return [`${rule.overridesBlock ? 'dnsrewrite' : 'local'}=${encodeRecords(formatRewriteValue(rule))}`]
  }
}

function allowModifiers({ exceptRewrite, tcpOnly }: CheckedRule): string[] {
  if (tcpOnly) return ['tcponly']
  if (exceptRewrite === undefined) return []
  return [exceptRewrite === '' ? 'dnsrewrite' : `dnsrewrite=${encodeRecords(exceptRewrite)}`]
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
  return kind === undefined ? parts : [`answer=${kind}`, ...parts]
}

function commonModifiers(rule: CheckedRule): string[] {
  return [
    ...(rule.important ? ['important'] : []),
    ...(rule.badfilter ? ['badfilter'] : []),
    ...(rule.inverted ? ['invert'] : []),
    ...(rule.yields ? ['yields'] : []),
    ...(rule.queryTypes.length > 0 ? [`dnstype=${rule.queryTypes.join('|')}`] : []),
    ...(rule.clients ? [`client=${rule.clients.map(encodeClient).join('|')}`] : []),
    ...(rule.clientTags ? [`ctag=${rule.clientTags.join('|')}`] : []),
    ...(rule.exceptNames ? [`denyallow=${rule.exceptNames.join('|')}`] : []),
    ...(rule.ttlSeconds === null ? [] : [`ttl=${rule.ttlSeconds}`]),
    ...(rule.groups.length > 0 ? [`groups=${rule.groups.join('|')}`] : []),
    ...(rule.schedule === undefined ? [] : [`schedule=${rule.schedule}`]),
    ...(rule.shadow ? ['shadow'] : []),
  ]
}
