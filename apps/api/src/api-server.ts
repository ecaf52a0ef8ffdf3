/** The Fastify instance as every route file sees it, and what a route must declare about itself. */

import type { ProblemCode } from '@weir/shared/contract/problem'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { RouteRole } from './actor.ts'

export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it. A route without it makes the start fail (plugins/route-table.ts). */
    role?: RouteRole
    /** Problems beyond those that every route of its kind has; only for the OpenAPI document. */
    problems?: readonly ProblemCode[]
    /** Honours `Idempotency-Key`. */
    idempotent?: boolean
  }
}
