/** The one way for a handler to answer with an error: throw a ProblemError with a code of contract/problem.ts. */

import { type FieldError, PROBLEMS, type Problem, type ProblemCode } from '@weir/shared/contract/problem'
import type { z } from 'zod'

export type FieldFault = z.infer<typeof FieldError>

export interface ProblemDetails {
  /** One sentence for people: what is wrong with this very request. */
  readonly detail?: string
  /** Faults of single fields; for `invalid-field`. */
  readonly errors?: readonly FieldFault[]
  /** Of a `stale-edit`: that of the last change, which says who was faster. */
  readonly revision?: number
  /** Of a `stale-edit` and of what is gone: who was faster. */
  readonly changedBy?: Problem['changedBy']
  /** Of a `conflict`: the id of the row that is already there. */
  readonly existingId?: number
  /** Further response headers, as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>
}

export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly details: ProblemDetails
  /** Fastify writes it on errors of validators, so it is a plain property; `code` decides. */
  statusCode: number
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[code].title)
    this.name = 'ProblemError'
    this.code = code
    this.details = details
    this.statusCode = PROBLEMS[code].status
  }
}

/** `invalid-field` for one field, its path as in `upstreams.servers[0]`. */
export const invalidField = (field: string, message: string): ProblemError =>
  new ProblemError('invalid-field', { detail: `${field}: ${message}`, errors: [{ field, message }] })

/** The body of a problem, RFC 9457 §3.1. */
export function problemBody(code: ProblemCode, details: ProblemDetails = {}): Problem {
  return {
    type: `urn:weir:problem:${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    code,
    ...(details.detail === undefined ? {} : { detail: details.detail }),
    ...(details.errors === undefined ? {} : { errors: [...details.errors] }),
    ...(details.changedBy === undefined ? {} : { changedBy: details.changedBy }),
    ...(details.existingId === undefined ? {} : { existingId: details.existingId }),
  }
}
