/** zod schemas as Fastify's validators; a violation becomes `invalid-field` with the path of every field at fault. */
import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { type FieldFault, ProblemError } from '../problem-error.ts'

type Issue = z.core.$ZodIssue

/** Faults that one answer lists. */
const MAX_FAULTS = 50

export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const result = schema.safeParse(data)
    if (result.success) return { value: result.data }
    const errors = fieldFaults(result.error.issues)
    const first = errors[0]
    return { error: new ProblemError('invalid-field', { detail: `${first?.field}: ${first?.message}`, errors }) }
  }

/** zod's issues as field faults: unknown keys one by one, of a union the branch that was most likely meant. */
export function fieldFaults(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): FieldFault[] {
  return issues.flatMap((issue) => faultsOf(issue, [...prefix, ...issue.path])).slice(0, MAX_FAULTS)
}

function faultsOf(issue: Issue, path: readonly PropertyKey[]): FieldFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: formatPath([...path, key]), message: 'is not a known field here' }))
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return fieldFaults(withAllActions(likeliest(issue.errors), issue.errors), path)
  return [{ field: formatPath(path), message: messageOf(issue) }]
}

const THINGS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', set: ' entries' }

/** Bounds in words that a form can show; zod's own speak of types. A message of a schema's own stays. */
function messageOf(issue: Issue): string {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return issue.message
  if (!/^Too (?:small|big)/.test(issue.message)) return issue.message
  const [bound, side] =
    issue.code === 'too_small'
      ? [issue.minimum, issue.inclusive ? 'at least' : 'more than']
      : [issue.maximum, issue.inclusive ? 'at most' : 'less than']
  const thing = THINGS[issue.origin]
  if (thing !== undefined && issue.code === 'too_small' && Number(bound) === 1) return 'must not be empty'
  return `must ${thing === undefined ? 'be' : 'have'} ${side} ${bound}${thing ?? ''}`
}

/** Branches told apart by a wrong `action` or `match` are not the one that was meant; else the fewest faults win. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, { path }) => sum + (path[0] === 'action' ? 100 : path[0] === 'match' ? 10 : 1), 0)
  return branches.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best))
}

/** No branch has the action that was sent: the message names those of all branches. */
function withAllActions(best: readonly Issue[], branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const values = branches.flat().flatMap((issue) => (isWrongAction(issue) ? issue.values : []))
  const message = `must be one of ${[...new Set(values)].map((value) => JSON.stringify(value)).join(', ')}`
  return best.map((issue) => (isWrongAction(issue) ? { ...issue, message } : issue))
}

const isWrongAction = (issue: Issue): issue is z.core.$ZodIssueInvalidValue =>
  issue.code === 'invalid_value' && issue.path.length === 1 && issue.path[0] === 'action'

/** `answer.ipv4[0]`; the whole body is `body`. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path)
    text += typeof part === 'number' ? `[${part}]` : text === '' ? String(part) : `.${String(part)}`
  return text === '' ? 'body' : text
}
