/** A resolver that does not answer, or refuses, as a problem for the API's client. */
import { invalidField, ProblemError } from './problem-error.ts'
import type { ResolverFault } from './resolver-fault.ts'

/** @param field the parameter at fault where the resolver answers 400 or 422 */
export function resolverProblem(fault: ResolverFault, field = 'name'): ProblemError {
  if (fault.status === 400 || fault.status === 422) return invalidField(field, fault.detail)
  return new ProblemError('resolver-unreachable', { detail: fault.detail, headers: { 'retry-after': '1' } })
}
