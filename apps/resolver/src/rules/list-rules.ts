/**
 * The complex lines of lists, made ready for decisions: row by row, since there may be two hundred thousand of them and the thread
 * that does it has queries to answer meanwhile.
 */
import { type CompiledRule, compileRule } from './compiled-rule.ts'
import type { NameHasher } from './name-hash.ts'
import type { ListRuleRow, RuleRow } from './policy-data.ts'
import { RuleOverlay } from './rule-overlay.ts'

/** A list may block, allow and answer; whether it may answer with records is asked when it matches. */
const mayBeInList = ({ action, match }: RuleRow): boolean =>
  action === 'block' || action === 'allow' || (action === 'rewrite' && match !== 'address')

/**
 * Yields after each row; a step takes some 20 µs, and a few milliseconds for an expression that must be compiled.
 * Rows that cannot be used are left out: they are damaged, or there is no room for them (`leftOutByList`).
 * @param hasher of the index that the rows belong to
 */
export function* fileListRules(rows: Iterable<ListRuleRow>, hasher: NameHasher): Generator<undefined, RuleOverlay> {
  const overlay = new RuleOverlay(hasher)
  for (const { listId, rule } of rows) {
    const compiled = mayBeInList(rule) ? ruleOf(rule, listId) : null
    if (compiled) overlay.put(compiled)
    yield
  }
  return overlay
}

function ruleOf(row: RuleRow, listId: number): CompiledRule | null {
  const compiled = compileRule(row, listId)
  return compiled.ok ? compiled.value : null
}

/** All steps at once: for a thread that has nothing else to do. */
export function finishAtOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** A query waits behind a slice: short beside what an upstream takes. */
const SLICE_MS = 1

/** The steps in slices, between which the thread does whatever else waits. */
export async function finishInSlices<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (performance.now() < until)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
