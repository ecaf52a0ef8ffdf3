/** Who sends a request, once signed in; the roles and what they may do. */

import { ROLES, type Role } from '@weir/shared/contract/auth'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from './problem-error.ts'

export interface Actor {
  /** User name, or `token:` and the token's name: what change rows show. */
  readonly name: string
  readonly role: Role
  readonly via: 'session' | 'token'
  /** Null for tokens. */
  readonly userId: number | null
  readonly sessionDigest: string | null
  readonly csrfToken: string | null
  /** Address of the socket, not of a header that anybody can write. */
  readonly address: string
  /** What the header `Weir-Comment` says about the change that the request makes. */
  readonly comment: string | null
}

/** Who may call a route: `public` needs no sign-in, each role includes those before it. */
export type RouteRole = Role | 'public'

/** viewer < operator < admin. */
export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed)

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by plugins/sessions.ts on every request that is signed in. Read it through `actorOf`. */
    actor: Actor | null
  }
}

/** @throws ProblemError `not-signed-in`; cannot happen on a route that declares a role */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new ProblemError('not-signed-in')
  return request.actor
}
