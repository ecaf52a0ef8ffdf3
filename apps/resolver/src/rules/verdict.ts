/** Which of the matching block and allow rules counts (design section 3): one winner for each level of precedence. */
import type { CompiledRule } from './compiled-rule.ts'

/**
 * Levels, as they stand in `Verdict.winners`. What allows and yields is beaten by a block that is more specific; a block that
 * yields, by an own answer or forward rule that is (`Verdict.letYield`), and where blocks come first by what allows and is.
 */
export const Level = {
  ImportantAllow: 0,
  ImportantBlock: 1,
  Allow: 2,
  Block: 3,
  YieldingAllow: 4,
  ImportantYieldingAllow: 5,
  YieldingBlock: 6,
} as const
export type Level = (typeof Level)[keyof typeof Level]

export function levelOf(isAllow: boolean, isImportant: boolean, yields = false): Level {
  if (!isAllow) return isImportant ? Level.ImportantBlock : yields ? Level.YieldingBlock : Level.Block
  if (isImportant) return yields ? Level.ImportantYieldingAllow : Level.ImportantAllow
  return yields ? Level.YieldingAllow : Level.Allow
}

/**
 * Levels from the one that beats all to the one that is beaten by all. `important` beats what is not important; the
 * makers of adblock lists let an important exception beat an important block.
 */
export const LEVEL_ORDERS = {
  'allow-first': [
    ...[Level.ImportantAllow, Level.ImportantYieldingAllow, Level.ImportantBlock],
    ...[Level.Allow, Level.YieldingAllow, Level.Block, Level.YieldingBlock],
  ],
  'block-first': [
    ...[Level.ImportantBlock, Level.ImportantAllow, Level.ImportantYieldingAllow],
    ...[Level.Block, Level.YieldingBlock, Level.Allow, Level.YieldingAllow],
  ],
} as const satisfies Record<string, readonly Level[]>

/** Blocks that are not important. */
export const isBlockLevel = (level: Level | -1): boolean => level === Level.Block || level === Level.YieldingBlock

export const isAllowLevel = (level: Level): boolean => level !== Level.ImportantBlock && !isBlockLevel(level)

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
  /** Bits of the rule's longest prefix that holds the client; 0: it names none. */
  clientBits = 0

  /**
   * Takes the match if it is more specific: longer name, then exact before suffix, then longer prefix of the client, then
   * list order, then older rule.
   */
  offer(
    rule: CompiledRule | null,
    listId: number,
    order: number,
    depth: number,
    rank: number,
    clientBits: number,
  ): void {
    if (this.isSet && !this.#isBeatenBy(rule, order, depth, rank, clientBits)) return
    this.isSet = true
    this.rule = rule
    this.listId = listId
    this.order = order
    this.depth = depth
    this.rank = rank
    this.clientBits = clientBits
  }

  /** Is it for a longer name than a rule of this depth and rank, or for that name alone where the other is for more? */
  isNarrowerThan(depth: number, rank: number): boolean {
    return this.depth === depth ? this.rank < rank : this.depth > depth
  }

  /** Is it for more names than a rule of this depth and rank? An expression is for fewer names than `.`, and for more than any other. */
  isWiderThan(depth: number, rank: number): boolean {
    if (this.depth === REGEX_DEPTH) return depth > 0
    return this.depth === depth ? rank < this.rank : depth > this.depth
  }

  /** Would it beat another one that is set? */
  isBefore({ rule, order, depth, rank, clientBits }: Winner): boolean {
    return !this.#isBeatenBy(rule, order, depth, rank, clientBits)
  }

  #isBeatenBy(rule: CompiledRule | null, order: number, depth: number, rank: number, clientBits: number): boolean {
    if (depth !== this.depth) return depth > this.depth
    if (rank !== this.rank) return rank < this.rank
    if (clientBits !== this.clientBits) return clientBits > this.clientBits
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
  offer(
    level: Level,
    rule: CompiledRule | null,
    listId: number,
    order: number,
    depth: number,
    rank: number,
    clientBits = 0,
  ): void {
    this.#isEmpty = false
    this.winners[level]!.offer(rule, listId, order, depth, rank, clientBits)
  }

  /** The highest level that has a match, or -1. */
  top(order: readonly Level[]): Level | -1 {
    if (this.#isEmpty) return -1
    for (const level of order) {
      if (!this.winners[level]!.isSet) continue
      const rival = this.#rivalOf(level)
      return rival !== -1 && this.#isOutdone(level, rival) ? rival : level
    }
    return -1
  }

  /** What stands behind a level, and counts before it where it is more specific; -1: nothing. */
  #rivalOf(level: Level): Level | -1 {
    switch (level) {
      case Level.ImportantYieldingAllow:
        return Level.ImportantBlock
      case Level.YieldingAllow:
        return this.#firstOf(Level.Block, Level.YieldingBlock)
      case Level.Block:
        return Level.YieldingBlock
      case Level.YieldingBlock:
        // Where what allows comes first, nothing of it is left by now.
        return this.#firstOf(Level.Allow, Level.YieldingAllow)
      default:
        return -1
    }
  }

  /** The one of two levels that has the more specific match. */
  #firstOf(a: Level, b: Level): Level {
    const [one, other] = [this.winners[a]!, this.winners[b]!]
    return other.isSet && (!one.isSet || other.isBefore(one)) ? b : a
  }

  /** Is the rival the more specific one? Of one name, one kind of match and one prefix it is not, unless both block. */
  #isOutdone(level: Level, rival: Level): boolean {
    const [first, second] = [this.winners[level]!, this.winners[rival]!]
    if (!second.isSet) return false
    if (level === Level.Block) return second.isBefore(first)
    if (level === Level.YieldingBlock) return first.isWiderThan(second.depth, second.rank)
    if (second.depth !== first.depth || second.rank !== first.rank)
      return second.isNarrowerThan(first.depth, first.rank)
    return second.clientBits > first.clientBits
  }

  get hasYieldingBlock(): boolean {
    return !this.#isEmpty && this.winners[Level.YieldingBlock]!.isSet
  }

  /**
   * The block that yields, which is set, does not count where it is for more names than a rule of this depth and rank.
   * @returns it, or null where it goes on counting
   */
  letYield(depth: number, rank: number): CompiledRule | null {
    const block = this.winners[Level.YieldingBlock]!
    if (!block.isWiderThan(depth, rank)) return null
    block.isSet = false
    return block.rule
  }

  /** The longest prefix of the client in an important rule that blocks, or that allows and yields; 0: none names one. */
  get clientBits(): number {
    if (this.#isEmpty) return 0
    return Math.max(this.#bitsAt(Level.ImportantBlock), this.#bitsAt(Level.ImportantYieldingAllow))
  }

  #bitsAt(level: Level): number {
    const { isSet, clientBits } = this.winners[level]!
    return isSet ? clientBits : 0
  }

  /** What allows, yields, and is for more particular names than a rule of this depth and rank. */
  yieldingAbove(depth: number, rank: number): Winner | null {
    if (this.#isEmpty) return null
    const allow = this.winners[Level.YieldingAllow]!
    return allow.isSet && allow.isNarrowerThan(depth, rank) ? allow : null
  }
}
