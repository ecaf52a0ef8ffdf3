/** Requests to a running Weir. */
import { Problem } from '@weir/shared/contract/problem'
import { CommandError } from './terminal.ts'

export interface Connection {
  /** As in `http://127.0.0.1:8053`. */
  readonly url: string
  readonly token: string | undefined
}

/** What the API said no with, in full. */
export class Refused extends CommandError {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.problem = problem
  }
}

interface RequestOptions {
  readonly body?: object
  readonly comment?: string | undefined
}

/** @returns the text of the reply. @throws Refused, CommandError */
export async function request(
  { url, token }: Connection,
  method: 'GET' | 'POST',
  path: string,
  { body, comment }: RequestOptions = {},
): Promise<string> {
  if (token === undefined) throw new CommandError('no token: set WEIR_ADMIN_TOKEN, or WEIR_TOKEN for another one')
  const response = await fetch(new URL(`/api/v1${path}`, url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(comment === undefined ? {} : { 'weir-comment': encodeURIComponent(comment) }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message || error.message
    throw new CommandError(`${url} is not reachable (${reason}): --url or WEIR_URL says where Weir is`)
  })
  const text = await response.text()
  if (response.ok) return text
  throw asError(response.status, text, url)
}

function asError(status: number, text: string, url: string): Error {
  try {
    const problem = Problem.safeParse(JSON.parse(text))
    if (problem.success) return new Refused(problem.data)
  } catch {
    // Not ours, as of a proxy in between: the status says enough.
  }
  return new CommandError(`${url} answered ${status}`)
}
