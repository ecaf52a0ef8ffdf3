/** Fields of an item of the policy's text → what the API accepts. */
import type { z } from 'zod'
import { fieldFaults } from './plugins/validation.ts'
import type { PolicyFields } from './policy.ts'
import { ProblemError } from './problem-error.ts'

/** @throws ProblemError `invalid-field` that names every fault */
export function parsedFields<T extends z.ZodType>(schema: T, fields: PolicyFields): z.infer<T> {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return parsed.data
  const errors = fieldFaults(parsed.error.issues)
  throw new ProblemError('invalid-field', {
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    errors,
  })
}
