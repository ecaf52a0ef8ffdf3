/** ETag and If-Match on edits (RFC 9110 §8.8.3, §13.1.1): the tag of a row is the revision of its last change. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from './problem-error.ts'

const etagOf = (revision: number): string => `"${revision}"`

/** Sets the response's ETag. */
export const setEtag = (reply: FastifyReply, revision: number): FastifyReply => reply.header('etag', etagOf(revision))

/**
 * Call inside the transaction that edits: without If-Match everything passes, and `*` means "any version".
 * @throws ProblemError `stale-edit` when the row has changed since the client read it
 */
export function checkIfMatch(request: FastifyRequest, revision: number): void {
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return
  const tags = header.split(',').map((tag) => tag.trim())
  if (!tags.includes(etagOf(revision)))
    throw new ProblemError('stale-edit', {
      detail: `the current version is ${etagOf(revision)}: read it again`,
      revision,
    })
}
