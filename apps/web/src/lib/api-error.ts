/** What a request can come back with besides data. */
import type { Problem, ProblemCode } from '@weir/shared/contract/problem'

/** A problem (RFC 9457) from the API, or status 0: the API was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: ProblemCode | 'unreachable'
  readonly detail: string | undefined
  /** Field path → message, to show at the form field. */
  readonly fieldErrors: Readonly<Record<string, string>>
  readonly request: string
  /** Faults of fields, in their order. */
  readonly errors: NonNullable<Problem['errors']>
  /** Of a stale edit: who was faster. */
  readonly changedBy: Problem['changedBy']

  constructor(request: string, problem: Partial<Problem> & { status: number }) {
    super(problem.detail ?? problem.title ?? `The server answered ${problem.status}`)
    this.request = request
    this.status = problem.status
    this.code = problem.code ?? (problem.status === 0 ? 'unreachable' : 'internal')
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.changedBy = problem.changedBy
    this.fieldErrors = Object.fromEntries((problem.errors ?? []).map(({ field, message }) => [field, message]))
  }

  /** For the clipboard: all that helps to find the fault. */
  get report(): string {
    const fields = Object.entries(this.fieldErrors).map(([field, message]) => `  ${field}: ${message}`)
    return [`${this.request}: ${this.status} ${this.code}`, this.message, ...fields].join('\n')
  }
}

/** The message of anything thrown, and whether it came from the API. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
