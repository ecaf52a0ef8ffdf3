/** Faults of a list's content as problems of the API: of what the caller sent, or of the server it was fetched from. */
import type { ListFinding } from '@weir/shared/contract/list-guard'
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
export function uploadProblem({ code, detail, findings = [] }: ContentFault, field: string): ProblemError {
  if (code === 'held') return heldProblem(field, detail, findings)
  const problem = UPLOAD_PROBLEMS[code]
  return problem === undefined
    ? invalidField(field, detail)
    : new ProblemError(problem, { detail: `${field} ${detail}` })
}

/** @param howToTake how the caller can have the content taken in spite of it */
function heldProblem(field: string, howToTake: string, findings: readonly ListFinding[]): ProblemError {
  const words = findings.map(({ detail }) => detail).join('; ')
  const errors = findings.map((finding) => ({ field, message: messageOf(finding) }))
  return new ProblemError('held-for-review', { detail: `${field} ${words}. ${howToTake}`, errors })
}

const messageOf = ({ detail, names }: ListFinding): string =>
  names.length === 0 ? detail : `${detail}. Entries: ${names.map(({ name, entry }) => `${entry} (${name})`).join(', ')}`

export const fetchProblem = ({ detail }: ContentFault): ProblemError =>
  new ProblemError('upstream-fetch-failed', { detail })

/** For `catch`: a full queue is the caller's to try again. */
export function rethrowAsProblem(cause: unknown): never {
  if (cause instanceof QueueFullError)
    throw new ProblemError('too-many-requests', { detail: cause.message, headers: { 'retry-after': '10' } })
  throw cause
}
