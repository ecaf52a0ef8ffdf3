/** AdGuard's lines that send names to servers: `[/a.example/*.b.example/]192.0.2.53 tls://dns.example.net`. */
import { type LineOutcome, rejected, rules } from './line-outcome.ts'

export const isForwardLine = (text: string): boolean => text.startsWith('[/')

export function parseForwardLine(text: string): LineOutcome {
  const match = /^\[\/(.*?)\/\]\s*(.*)$/.exec(text)
  const names = match?.[1]?.split('/') ?? []
  const servers = match?.[2]?.split(/\s+/).filter((server) => server !== '') ?? []
  if (names.length === 0 || names.includes(''))
    return rejected('a forward line needs names, as in [/example.org/]192.0.2.53')
  if (servers.length === 0) return rejected('a forward line needs servers, as in [/example.org/]192.0.2.53')
  if (servers.includes('#')) return rejected("the server '#' (the usual upstreams) is not supported")
  return rules(
    ...names.map((name) =>
      name.startsWith('*.')
        ? ({ action: 'forward', match: 'subdomains', pattern: name.slice(2), servers } as const)
        : ({ action: 'forward', match: 'suffix', pattern: name, servers } as const),
    ),
  )
}
