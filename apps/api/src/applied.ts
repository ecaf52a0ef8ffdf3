/** After a configuration transaction: has the resolver taken it up? (design section 9, last paragraph) */
import type { ResolverClient } from './resolver-client.ts'

/** Own rules and settings act within milliseconds; this bounds a resolver that hangs. */
const APPLY_TIMEOUT_MS = 5000

export interface AppliedState {
  readonly revision: number
  readonly applied: boolean
}

/**
 * Tells the resolver to take up `revision` and waits for its word, at most `timeoutMs`.
 * A resolver that is down, late or unable gives `applied: false`: it reads the revision when it is back (it polls).
 */
export async function awaitApplied(
  resolver: ResolverClient,
  revision: number,
  timeoutMs: number = APPLY_TIMEOUT_MS,
): Promise<AppliedState> {
  const reply = await resolver.reload(revision, timeoutMs)
  return { revision, applied: reply.ok && reply.value.applied && reply.value.revision >= revision }
}
