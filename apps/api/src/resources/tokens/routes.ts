/** Bearer tokens for programs: for administrators. The secret is shown once; only its digest is stored. */

import { TokenCollection, TokenCreated, TokenInput } from '@weir/shared/contract/auth'
import { IdParam } from '@weir/shared/contract/primitives'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import type { ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { digestOf, randomSecret } from '../../identity/secrets.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import type { Restorer, Restorers } from '../../undo.ts'
import { TokenRepository } from './repository.ts'

const tags = ['tokens']
/** Makes a leaked token easy to recognise and to search for. */
const SECRET_PREFIX = 'weir_'
const SHOWN_CHARACTERS = 10
const MAX_TOKENS = 1000

export function registerTokenRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers): void {
  const tokens = new TokenRepository(deps.database)
  restorers.add('token', tokenRestorer(tokens))

  app.get(
    '/api/v1/tokens',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'listTokens',
        summary: 'All tokens, without their secrets',
        tags,
        response: { 200: TokenCollection },
      },
    },
    async () => ({ items: tokens.all() }),
  )

  app.post(
    '/api/v1/tokens',
    {
      // Not idempotent: the stored reply would hold the secret.
      config: { role: 'admin', problems: ['conflict'] },
      schema: {
        operationId: 'createToken',
        summary: 'Create a token; its secret is in this reply only',
        tags,
        body: TokenInput,
        response: { 201: TokenCreated },
      },
    },
    async (request, reply) => {
      const { name, role, expiresAt = null } = request.body
      const now = deps.clock.now()
      if (expiresAt !== null && expiresAt <= now) throw invalidField('expiresAt', 'lies in the past')
      const secret = SECRET_PREFIX + randomSecret()
      const { value: token } = deps.config.transaction(actorOf(request), (transaction) => {
        if (tokens.count() >= MAX_TOKENS)
          throw new ProblemError('conflict', { detail: `there are ${MAX_TOKENS} tokens` })
        const created = tokens.insert({
          name,
          role,
          expiresAt,
          digest: digestOf(secret),
          prefix: secret.slice(0, SHOWN_CHARACTERS),
          createdAt: now,
          createdBy: actorOf(request).name,
        })
        transaction.record({
          entity: 'token',
          entityId: created.id,
          operation: 'create',
          summary: `token ${name}`,
          after: { name, role, expiresAt },
        })
        return created
      })
      reply.code(201)
      return { ...token, secret }
    },
  )

  app.delete(
    '/api/v1/tokens/:id',
    {
      config: { role: 'admin', problems: ['not-found'] },
      schema: {
        operationId: 'deleteToken',
        summary: 'Revoke a token, at once',
        tags,
        params: IdParam,
        response: { 204: z.null().meta({ description: 'done' }) },
      },
    },
    async (request, reply) => {
      deps.config.transaction(actorOf(request), (transaction) => revoke(tokens, transaction, request.params.id))
      return reply.code(204).send(null)
    },
  )
}

function revoke(tokens: TokenRepository, transaction: ConfigTransaction, id: number): void {
  const token = tokens.find(id)
  if (!token) throw new ProblemError('not-found', { detail: `there is no token ${id}` })
  tokens.delete(id)
  const { name, role, expiresAt } = token
  const before = { name, role, expiresAt }
  transaction.record({ entity: 'token', entityId: id, operation: 'delete', summary: `token ${name}`, before })
}

/** A new token can go; the secret of one that is gone is nowhere. */
const tokenRestorer = (tokens: TokenRepository): Restorer => ({
  role: 'admin',
  refusal: ({ operation }) =>
    operation === 'delete' ? 'the secret of a revoked token is not kept: make a new one' : undefined,
  restore: (transaction, _author, { entityId }) => revoke(tokens, transaction, Number(entityId)),
})
