/** The aliases of a list that may answer: a line that closes a loop with those before it is refused. Loops with others are bounded when resolving. */
import type { RuleInput } from '@weir/shared/contract/rules'
import { type Alias, aliasOf, findAliasLoop } from '@weir/shared/rules/alias-loop'

/** Lines beyond are taken as they are. */
const MAX_ALIASES = 100_000

export class ListAliases {
  readonly #byPattern = new Map<string, Alias[]>()
  #count = 0

  /** Remembers the rule if it is an alias. @returns the names on the way when it never ends: then it is not remembered */
  loopOf(rule: RuleInput): string[] | undefined {
    const alias = aliasOf(rule as Parameters<typeof aliasOf>[0])
    if (alias === undefined || this.#count >= MAX_ALIASES) return undefined
    const loop = findAliasLoop(alias, (names) => names.flatMap((name) => this.#byPattern.get(name) ?? []))
    if (loop !== undefined) return loop
    this.#count++
    const sameName = this.#byPattern.get(alias.pattern)
    if (sameName) sameName.push(alias)
    else this.#byPattern.set(alias.pattern, [alias])
    return undefined
  }
}
