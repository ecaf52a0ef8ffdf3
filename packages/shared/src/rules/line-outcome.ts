/** What one line of the rule language comes to. */
import type { RuleInput } from '../contract/rules.ts'

/** How ambiguous lines are read: `own` for own rules and imports, the others for lists of that format. */
export const DIALECTS = ['own', 'hosts', 'names', 'wildcard', 'adblock', 'dnsmasq', 'unbound', 'rpz'] as const
export type Dialect = (typeof DIALECTS)[number]

/** What lines before say of the next ones, in zone files: made anew for each document, kept up to date by the parser. */
export class LineContext {
  /** The first `$ORIGIN`, or the owner of the SOA record: the policy zone's own name, which is no part of a trigger. */
  apex: string | null = null
  /** Labels between a name and the apex, from a later `$ORIGIN`. */
  below = ''
  /** Owner of the last record. */
  owner: string | null = null
}

export type LineOutcome =
  /** At least one; several names on one line give several rules. All pass `checkRule`. */
  | { readonly kind: 'rules'; readonly rules: readonly RuleInput[] }
  /** Nothing, or a comment. */
  | { readonly kind: 'blank' }
  /** Understood, but nothing for a resolver: cosmetic and URL rules, boilerplate of hosts and zone files. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Not understood, or not possible here; the line has no effect. */
  | { readonly kind: 'rejected'; readonly reason: string }

export const blank: LineOutcome = { kind: 'blank' }
export const notForDns: LineOutcome = { kind: 'ignored', reason: 'not for DNS' }
export const boilerplate: LineOutcome = { kind: 'ignored', reason: 'boilerplate of the format' }
export const rejected = (reason: string): LineOutcome => ({ kind: 'rejected', reason })
export const rules = (...list: readonly RuleInput[]): LineOutcome => ({ kind: 'rules', rules: list })

/** What stands before the first `sign`, trimmed; the whole text without one. */
export function beforeSign(text: string, sign: '#' | ';'): string {
  const at = text.indexOf(sign)
  return at < 0 ? text : text.slice(0, at).trimEnd()
}

/** What stands before ` #`, for lines in which `#` alone means something else. */
export function withoutComment(text: string): string {
  const at = text.search(/\s#/)
  return at < 0 ? text : text.slice(0, at).trimEnd()
}
