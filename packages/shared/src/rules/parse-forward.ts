/**
 * AdGuard's lines that send names to servers: `[/a.example/*.b.example/]192.0.2.53 tls://dns.example.net`; `[//]` is for names
 * of one label, the server `#` is the usual one.
 */
import type { RuleInput } from '../contract/rules.ts'
import { type LineOutcome, rejected, rules } from './line-outcome.ts'

export const isForwardLine = (text: string): boolean => text.startsWith('[/')

/** Names of one label. */
export const UNQUALIFIED = '^[^.]+$'

export function parseForwardLine(text: string): LineOutcome {
  const match = /^\[\/(.*?)\/\]\s*(.*)$/.exec(text)
  const names = match?.[1]?.split('/') ?? (text.startsWith('[//]') ? [''] : [])
  const servers = (match?.[2] ?? text.slice('[//]'.length)).split(/\s+/).filter((server) => server !== '')
  if (names.length === 0 || (names.includes('') && !text.startsWith('[//]')))
    return rejected('a forward line needs names, as in [/example.org/]192.0.2.53')
  if (servers.length === 0) return rejected('a forward line needs servers, as in [/example.org/]192.0.2.53')
  return rules(...names.map((name) => forwardRule(name, servers)))
}

function forwardRule(name: string, servers: string[]): RuleInput {
  if (name === '') return { action: 'forward', match: 'regex', pattern: UNQUALIFIED, servers }
  if (name.startsWith('*.')) return { action: 'forward', match: 'subdomains', pattern: name.slice(2), servers }
  return { action: 'forward', match: 'suffix', pattern: name, servers }
}
