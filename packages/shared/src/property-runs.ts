/**
 * How often a property is tried. In tests a fixed number, from a fixed seed: the same every time. `npm run fuzz` says for how
 * long instead, from a seed of its own; what it finds belongs into the property's `examples`, which tests run.
 */

/** The part of fast-check's parameters that says it. */
export interface PropertyRuns {
  readonly numRuns: number
  readonly seed: number
  readonly interruptAfterTimeLimit?: number
  readonly markInterruptAsFailure?: boolean
}

const TEST_SEED = 1
/** More than any time is enough for. */
const ENDLESS = 1_000_000_000

export function propertyRuns(numRuns: number): PropertyRuns {
  const { WEIR_FUZZ_SECONDS: seconds, WEIR_FUZZ_SEED: seed } = process.env
  if (!seconds) return { numRuns, seed: TEST_SEED }
  return {
    numRuns: ENDLESS,
    seed: Number(seed ?? TEST_SEED),
    interruptAfterTimeLimit: Number(seconds) * 1000,
    markInterruptAsFailure: false,
  }
}
