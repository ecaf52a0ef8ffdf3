/**
 * What a query would come to if the rules and lists that only record acted. Made for a slot when it first needs one, and kept
 * with it: most queries have none.
 */
import { Decision } from './decision.ts'

export class Trial {
  /** On the name asked for. */
  readonly first = new Decision()
  /** On the name that it ends with. */
  readonly last = new Decision()
  /** Wire labels of that name. */
  finalName: Uint8Array = new Uint8Array(1)
  isAliased = false
  /** The first of them that matched; 0: none. */
  ruleId = 0
  listId = 0
  /** The rule that would replace an address in the answer; 0: none. */
  rewriteRuleId = 0
}
