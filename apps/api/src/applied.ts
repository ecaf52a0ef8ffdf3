/** After a configuration transaction: has the resolver taken it up? (design section 9, last paragraph) */
import type { Clock } from '@weir/shared/clock'
import type { ResolverClient } from './resolver-client.ts'

/** Own rules and settings act within milliseconds; this bounds a resolver that hangs. */
const APPLY_TIMEOUT_MS = 5000

/** A call to the resolver is answered by then, while it is at it. */
const PATIENCE_MS = 10_000
/** After that the answer is that it is not in effect yet. */
const MAX_EFFECT_MS = 10 * 60_000

export interface AppliedState {
  readonly revision: number
  readonly applied: boolean
}

/**
 * Tells the resolver to take up `revision`, which changed no list, and waits for its word, at most `timeoutMs`.
 * A resolver that is down, late or unable gives `applied: false`: it reads the revision when it is back (it polls).
 */
export async function awaitApplied(
  resolver: ResolverClient,
  revision: number,
  timeoutMs: number = APPLY_TIMEOUT_MS,
): Promise<AppliedState> {
  return {
    revision,
    applied: isApplied(await resolver.reload({ revision, isWithoutLists: true }, timeoutMs), revision),
  }
}

/**
 * The same for a change that may take long: lists are compiled first, a hundred thousand rules are read. On a busy machine
 * that is minutes, and a fixed time would say of what is only late that it failed. So the resolver is asked again as long
 * as it is at it; it knows how that ends.
 */
export async function awaitEffect(
  { resolver, clock }: { readonly resolver: ResolverClient; readonly clock: Clock },
  revision: number,
): Promise<AppliedState> {
  const end = clock.monotonic() + MAX_EFFECT_MS
  for (;;) {
    const reply = await resolver.reload({ revision, patienceMs: PATIENCE_MS }, PATIENCE_MS + APPLY_TIMEOUT_MS)
    const isLate = reply.ok && reply.value.isUnderWay === true && clock.monotonic() < end
    if (!isLate) return { revision, applied: isApplied(reply, revision) }
  }
}

const isApplied = (reply: Awaited<ReturnType<ResolverClient['reload']>>, revision: number): boolean =>
  reply.ok && reply.value.applied && reply.value.revision >= revision
