/** Block answers of lists, groups and services, as a request gives them. */
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import { checkSourceAnswer } from '@weir/shared/rules/check-answer'
import { type FieldFault, ProblemError } from './problem-error.ts'

/** The answer in canonical form; null when it says nothing. @throws ProblemError `invalid-field`, fields as in `answer.ipv4` */
export function acceptedAnswer(answer: SourceAnswer | null): SourceAnswer | null {
  const faults: FieldFault[] = []
  const canonical = checkSourceAnswer(answer ?? undefined, 'answer', faults)
  const [first] = faults
  if (first) throw new ProblemError('invalid-field', { detail: `${first.field}: ${first.message}`, errors: faults })
  return canonical ?? null
}
