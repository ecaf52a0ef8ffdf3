/** What `decide` tells on its way, when somebody asks why. Live queries pass null. */
import type { TraceStep } from '@weir/shared/contract/explain'
import type { NameClass } from '@weir/shared/lists/name-class'
import type { CompiledRule } from './compiled-rule.ts'

export interface DecisionTrace {
  /** A rule of the overlay matches the name and holds for this query. @param isCancelled a `badfilter` rule switches it off */
  matched(rule: CompiledRule, isCancelled?: boolean): void
  /** A plain name of a list matches: the suffix of `depth` labels. */
  matchedName(listId: number, nameClass: NameClass, depth: number, isCancelled?: boolean): void
  /** A block that yields does not count: an own answer or forward rule is for a longer name. */
  gaveWay(block: CompiledRule, to: CompiledRule): void
  /** A step is over; `rule` or `listId` (its plain name of `depth` labels) is what won in it. */
  step(
    step: TraceStep['step'],
    outcome: TraceStep['outcome'],
    detail: string,
    rule?: CompiledRule | null,
    listId?: number,
    depth?: number,
  ): void
}
