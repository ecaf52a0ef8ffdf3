/**
 * Aliases that lead back to themselves are refused when saved; resolving has a bound of its own.
 *
 * ```
 *  a.example → b.example          suffix old.example → new.example      suffix a.example → b.a.example
 *  b.example → a.example   loop   exact www.new.example → www.old.example    grows for ever: loop
 * ```
 */
import { isAtOrBelow, parseDomainName, splitLabels } from '../dns/domain-name.ts'
import type { CheckedRule } from './checked-rule.ts'

/** Steps that one name may take: more is as bad as a loop, since every step costs a client time. */
const MAX_ALIAS_STEPS = 16

/** Stands for "any label below" when a suffix alias is followed. */
const SAMPLE_LABEL = 'any'

export interface Alias {
  readonly match: 'exact' | 'suffix' | 'subdomains'
  readonly pattern: string
  readonly target: string
  /** Labels below a suffix stay in front of the target; without it, all names lead to the target itself. */
  readonly keepsLabels: boolean
}

type AliasFields = Pick<CheckedRule, 'action' | 'match' | 'pattern' | 'target' | 'records'>

/** Undefined for rules that are no alias. Those for regular expressions only the resolver bounds. */
export function aliasOf({ action, match, pattern, target, records }: AliasFields): Alias | undefined {
  if (match === 'regex' || match === 'address') return undefined
  if (action === 'alias' && target !== undefined) return { match, pattern, target, keepsLabels: match !== 'exact' }
  const name = action === 'rewrite' ? /^CNAME (.+)\.$/.exec(records?.[0] ?? '')?.[1] : undefined
  return name === undefined || name === pattern ? undefined : { match, pattern, target: name, keepsLabels: false }
}

/**
 * Follows `alias` through the rules that `aliasesOf` knows (exact ones first, then the longest).
 * @param aliasesOf enabled alias rules whose pattern is one of the names given
 * @returns the names on the way when it never ends, else undefined
 */
export function findAliasLoop(alias: Alias, aliasesOf: (names: readonly string[]) => Alias[]): string[] | undefined {
  const rulesFor = (names: readonly string[]): Alias[] => {
    const rules = aliasesOf(names)
    return names.includes(alias.pattern) ? [alias, ...rules] : rules
  }
  const below = `${SAMPLE_LABEL}.${alias.pattern}`
  const starts = { exact: [alias.pattern], suffix: [alias.pattern, below], subdomains: [below] }[alias.match]
  for (const start of starts) {
    const way = follow(start, rulesFor)
    if (way) return way
  }
  return undefined
}

function follow(start: string, rulesFor: (names: readonly string[]) => Alias[]): string[] | undefined {
  const way = [start]
  for (let name = start; ; ) {
    const rule = mostSpecific(rulesFor(ancestorsOf(name)), name)
    if (!rule) return undefined
    const next = aliasTarget(rule, name)
    if (next === undefined || way.includes(next) || way.length > MAX_ALIAS_STEPS) return [...way, next ?? '…']
    way.push(next)
    name = next
  }
}

/** Exact before suffix, then the longest pattern. */
function mostSpecific(rules: readonly Alias[], name: string): Alias | undefined {
  // A name that leads to itself is left as it is.
  const others = rules.filter(({ keepsLabels, target }) => keepsLabels || target !== name)
  const exact = others.find(({ match, pattern }) => match === 'exact' && pattern === name)
  if (exact) return exact
  const below = others.filter((rule) => rule.match !== 'exact' && covers(rule, name))
  return below.reduce<Alias | undefined>((best, rule) => (best && isAsSpecific(best, rule) ? best : rule), undefined)
}

const covers = ({ match, pattern }: Alias, name: string): boolean =>
  isAtOrBelow(name, pattern) && (match !== 'subdomains' || name !== pattern)

/** Longer, or of the same name with itself before all below it. */
const isAsSpecific = (a: Alias, b: Alias): boolean =>
  a.pattern.length > b.pattern.length || (a.pattern === b.pattern && (a.match === 'suffix' || b.match !== 'suffix'))

/** Where the rule leads `name`; undefined when the result is no name any more (255 octets). */
function aliasTarget({ keepsLabels, pattern, target }: Alias, name: string): string | undefined {
  if (!keepsLabels || name === pattern) return target
  const next = parseDomainName(`${name.slice(0, name.length - pattern.length)}${target}`)
  return next.ok ? next.value : undefined
}

/** The name and every name above it, without the root. */
export function ancestorsOf(name: string): string[] {
  const labels = splitLabels(name)
  return labels.map((_, at) => labels.slice(at).join('.'))
}
