/** Which of the matching block and allow rules counts (design section 3): one winner for each level of precedence. */
import type { CompiledRule } from './compiled-rule.ts'

/** Levels, as they stand in `Verdict.winners`. What allows and yields is beaten by a block that is more specific. */
export const Level = { ImportantAllow: 0, ImportantBlock: 1, Allow: 2, Block: 3, YieldingAllow: 4 } as const
export type Level = (typeof Level)[keyof typeof Level]

export function levelOf(isAllow: boolean, isImportant: boolean, yields = false): Level {
  if (isImportant) return isAllow ? Level.ImportantAllow : Level.ImportantBlock
  return isAllow ? (yields ? Level.YieldingAllow : Level.Allow) : Level.Block
}

/**
 * Levels from the one that beats all to the one that is beaten by all. `important` beats what is not important; the
 * makers of adblock lists let an important exception beat an important block.
 */
export const LEVEL_ORDERS = {
  'allow-first': [Level.ImportantAllow, Level.ImportantBlock, Level.Allow, Level.YieldingAllow, Level.Block],
  'block-first': [Level.ImportantBlock, Level.ImportantAllow, Level.Block, Level.Allow, Level.YieldingAllow],
} as const satisfies Record<string, readonly Level[]>

export const isAllowLevel = (level: Level): boolean =>
  level === Level.ImportantAllow || level === Level.Allow || level === Level.YieldingAllow

/** Depth of regular expressions: less specific than any name. */
export const REGEX_DEPTH = -1

/** The most specific match so far. */
export class Winner {
  isSet = false
  /** Null: a plain name of a list. */
  rule: CompiledRule | null = null
  /** 0: an own rule. */
  listId = 0
  /** Place among the lists; own rules 0. */
  order = 0
  /** Labels of the name that matched. */
  depth = 0
  rank = 0

  /** Takes the match if it is more specific: longer name, then exact before suffix, then list order, then older rule. */
  offer(rule: CompiledRule | null, listId: number, order: number, depth: number, rank: number): void {
    if (this.isSet && !this.#isBeatenBy(rule, order, depth, rank)) return
    this.isSet = true
    this.rule = rule
    this.listId = listId
    this.order = order
    this.depth = depth
    this.rank = rank
  }

  #isBeatenBy(rule: CompiledRule | null, order: number, depth: number, rank: number): boolean {
    if (depth !== this.depth) return depth > this.depth
    if (rank !== this.rank) return rank < this.rank
    if (order !== this.order) return order < this.order
    return (rule?.row.id ?? 0) < (this.rule?.row.id ?? 0)
  }
}

export class Verdict {
  readonly winners: readonly Winner[] = Array.from(Object.values(Level), () => new Winner())
  /** Most queries match nothing: neither reset nor look through what was never filled. */
  #isEmpty = true

  reset(): void {
    if (this.#isEmpty) return
    this.#isEmpty = true
    for (const winner of this.winners) {
      winner.isSet = false
      winner.rule = null
    }
  }

  /** See `Winner.offer`. */
  offer(level: Level, rule: CompiledRule | null, listId: number, order: number, depth: number, rank: number): void {
    this.#isEmpty = false
    this.winners[level]!.offer(rule, listId, order, depth, rank)
  }

  /** Is the block the more specific one? Of one name and one kind of match it is not. */
  #isOutdone(): boolean {
    const [allow, block] = [this.winners[Level.YieldingAllow]!, this.winners[Level.Block]!]
    return block.isSet && (block.depth === allow.depth ? block.rank < allow.rank : block.depth > allow.depth)
  }

  /** The highest level that has a match, or -1. */
  top(order: readonly Level[]): Level | -1 {
    if (this.#isEmpty) return -1
    for (const level of order) {
      if (!this.winners[level]!.isSet) continue
      return level === Level.YieldingAllow && this.#isOutdone() ? Level.Block : level
    }
    return -1
  }
}
