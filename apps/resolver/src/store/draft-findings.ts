/** Does a rule of a draft do anything? Says which are redundant, shadowed, or match nothing that was asked. */
import { isAtOrBelow } from '@weir/shared/dns/domain-name'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { compilePattern } from '@weir/shared/rules/pattern'

/** Deciders that are told apart; the rest count as one. */
const MAX_DECIDERS = 50

class Deciders {
  readonly #queries = new Map<string, number>()
  total = 0

  add(by: string, queries: number): void {
    this.total += queries
    if (this.#queries.has(by) || this.#queries.size < MAX_DECIDERS)
      this.#queries.set(by, (this.#queries.get(by) ?? 0) + queries)
  }

  /** The one with most queries. */
  get first(): string {
    return [...this.#queries].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'decided by something else'
  }
}

const queriesOf = ({ total }: Deciders): string => `${total} ${total === 1 ? 'query' : 'queries'}`

export class DraftedRule {
  readonly id: number
  readonly #rule: CheckedRule
  readonly #test: (name: string) => boolean
  #changed = 0
  /** It decides, and changes nothing: who says the same now. */
  readonly #same = new Deciders()
  /** It matches, and something else decides. */
  readonly #beaten = new Deciders()
  #matches = false

  constructor(id: number, rule: CheckedRule) {
    this.id = id
    this.#rule = rule
    this.#test = matcherOf(rule)
  }

  /** The next questions are about this name. @returns whether the rule is for it */
  ask(name: string): boolean {
    this.#matches = this.#test(name)
    return this.#matches
  }

  /** Questions about the name. @param before,after who decides */
  see(queries: number, isDecider: boolean, isChanged: boolean, before: string, after: string): void {
    if (!this.#matches) return
    if (!isDecider) this.#beaten.add(after, queries)
    else if (isChanged) this.#changed += queries
    else this.#same.add(before, queries)
  }

  get finding(): string | null {
    const what = `the rule for ${this.#rule.pattern}`
    const decided = this.#changed + this.#same.total
    if (decided === 0 && this.#beaten.total === 0) return `${what} matches no query of the period`
    if (decided === 0)
      return `${what} is shadowed: what matches it (${queriesOf(this.#beaten)}) is decided otherwise, most is ${this.#beaten.first}`
    if (this.#changed === 0)
      return `${what} is redundant: what it decides (${queriesOf(this.#same)}) gets the same already, most is ${this.#same.first}`
    return null
  }
}

type Pattern = Pick<CheckedRule, 'match' | 'pattern' | 'inverted'>

/** Is the rule for a name, whatever its conditions? */
export function matcherOf({ match, pattern, inverted }: Pattern): (name: string) => boolean {
  switch (match) {
    case 'exact':
      return (name) => name === pattern
    case 'suffix':
      return (name) => isAtOrBelow(name, pattern)
    case 'subdomains':
      return (name) => name !== pattern && isAtOrBelow(name, pattern)
    case 'regex': {
      const compiled = compilePattern(pattern)
      return (name) => compiled.ok && compiled.value.test(name) !== (inverted === true)
    }
    default:
      // An address in an answer.
      return () => false
  }
}
