/** Errors over HTTP: RFC 9457 problem details from a closed catalogue. */
import { z } from 'zod'

/** Every code the API can answer with, its status and its title. docs/api.md has a section for each. */
export const PROBLEMS = {
  'malformed-request': { status: 400, title: 'The request could not be read' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'Name or password is wrong' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  'cross-site-request': { status: 403, title: 'The request came from another site' },
  'set-up-done': { status: 403, title: 'Weir is already set up' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not offered here' },
  'request-too-slow': { status: 408, title: 'The request did not come in time' },
  conflict: { status: 409, title: 'This collides with something that exists' },
  'held-for-review': { status: 409, title: 'This needs a second look first' },
  'stale-edit': { status: 412, title: 'Somebody else changed this first' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'This content type is not understood' },
  'wrong-host': { status: 421, title: 'This host name is not served here' },
  'invalid-field': { status: 422, title: 'A field is not valid' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'head-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong here' },
  'upstream-fetch-failed': { status: 502, title: 'The other server did not deliver' },
  'resolver-unreachable': { status: 503, title: 'The resolver does not answer' },
  'database-unavailable': { status: 503, title: 'The configuration cannot be read or changed now' },
  'database-busy': { status: 503, title: 'The database is busy' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

export const FieldError = z.object({
  field: z.string().meta({ description: 'path of the field, as in `answer.ipv4[0]`' }),
  message: z.string(),
})

export const Problem = z
  .object({
    type: z.string().meta({ description: 'urn:weir:problem:<code>' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    errors: z.array(FieldError).optional(),
    changedBy: z
      .object({ changeId: z.int(), actor: z.string(), at: z.int(), summary: z.string() })
      .optional()
      .meta({ description: 'of a stale edit, or one of a thing that is gone: who was faster, and when' }),
    existingId: z.int().optional().meta({ description: 'of a conflict: the row that is already there' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
