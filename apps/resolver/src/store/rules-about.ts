/** Which own rules can have a say about a few names: so that a question about the past does not compile all rules. */
import { splitLabels } from '@weir/shared/dns/domain-name'
import type { RuleRow } from '../rules/policy-data.ts'

/** Reverse names are answered by rewrites of other names. */
const REVERSE = /\.(?:in-addr|ip6)\.arpa$/
/** Matches by something else than a name. */
const NAMELESS: ReadonlySet<RuleRow['match']> = new Set(['regex', 'address'])

/** Condition on the table `rule`, with `RulesAbout.parameters`. */
export const ABOUT_SQL = `(pattern IN (SELECT value FROM json_each(?)) OR match IN ('regex', 'address')
  OR (? AND action = 'rewrite'))`

export class RulesAbout {
  /** The names and all that they are below, the root included. */
  readonly suffixes: ReadonlySet<string>
  readonly #isReverse: boolean

  /** @param names canonical */
  constructor(names: readonly string[]) {
    this.suffixes = new Set(names.flatMap(suffixesOf))
    this.#isReverse = names.some((name) => REVERSE.test(name))
  }

  get parameters(): [string, number] {
    return [JSON.stringify([...this.suffixes]), this.#isReverse ? 1 : 0]
  }

  includes({ pattern, match, action }: Pick<RuleRow, 'pattern' | 'match' | 'action'>): boolean {
    return this.suffixes.has(pattern) || NAMELESS.has(match) || (this.#isReverse && action === 'rewrite')
  }
}

/** `www.example.org` → itself, `example.org`, `org`, and the root in both spellings. */
function suffixesOf(name: string): string[] {
  const labels = splitLabels(name)
  return [...labels.map((_, i) => labels.slice(i).join('.')), '.', '']
}
