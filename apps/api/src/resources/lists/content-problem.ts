/** Faults of a list's content as problems of the API: of what the caller sent, or of the server it was fetched from. */
import type { ProblemCode } from '@weir/shared/contract/problem'
import { invalidField, ProblemError } from '../../problem-error.ts'
import type { ContentFault, ContentFaultCode } from './content-fault.ts'
import { QueueFullError } from './job-queue.ts'

/** Codes that a body can have; all others mean that it says nothing usable. */
const UPLOAD_PROBLEMS: Partial<Record<ContentFaultCode, ProblemCode>> = {
  'too-large': 'too-large',
  'cut-short': 'malformed-request',
  timeout: 'malformed-request',
  cancelled: 'internal',
  broken: 'internal',
  disk: 'internal',
}

/** @param field that the content came in: `text` or `content` */
export function uploadProblem({ code, detail }: ContentFault, field: string): ProblemError {
  const problem = UPLOAD_PROBLEMS[code]
  return problem === undefined
    ? invalidField(field, detail)
    : new ProblemError(problem, { detail: `${field} ${detail}` })
}

export const fetchProblem = ({ detail }: ContentFault): ProblemError =>
  new ProblemError('upstream-fetch-failed', { detail })

/** For `catch`: a full queue is the caller's to try again. */
export function rethrowAsProblem(cause: unknown): never {
  if (cause instanceof QueueFullError)
    throw new ProblemError('too-many-requests', { detail: cause.message, headers: { 'retry-after': '10' } })
  throw cause
}
