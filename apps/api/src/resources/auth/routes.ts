/** Sign-in, sign-out, first-run set-up, oneself and one's sessions. */

import {
  Me,
  PasswordChange,
  SessionCollection,
  SetUpRequest,
  SetUpState,
  SignInRequest,
} from '@weir/shared/contract/auth'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Actor, actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import type { PasswordHasher } from '../../identity/password.ts'
import type { SessionStore } from '../../identity/session-store.ts'
import { clearSessionCookie, setSessionCookie } from '../../plugins/sessions.ts'
import { ProblemError } from '../../problem-error.ts'
import { AuthService, type Visitor } from './service.ts'

const tags = ['auth']
const Nothing = z.null().meta({ description: 'done' })
const SessionIdParam = z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/) })

export interface AuthParts {
  readonly sessions: SessionStore
  readonly hasher: PasswordHasher
}

export function registerAuthRoutes(app: ApiServer, deps: AppDeps, parts: AuthParts): void {
  const service = new AuthService(deps, parts.sessions, parts.hasher)
  registerEntryRoutes(app, deps, service, parts.sessions)
  registerMeRoutes(app, service)
  registerSessionRoutes(app, parts.sessions)
}

function registerEntryRoutes(app: ApiServer, deps: AppDeps, service: AuthService, sessions: SessionStore): void {
  /** The answer of both ways in: the cookie, and who one is now. */
  const welcome = (request: FastifyRequest, reply: FastifyReply, secret: string): Me => {
    setSessionCookie(request, reply, secret, deps.settings.current.settings.http.sessionHours)
    const session = sessions.find(secret, true)
    if (!session) throw new Error('the session that was just made is not there')
    return { name: session.userName, role: session.role, via: 'session', csrfToken: session.csrfToken }
  }

  app.post(
    '/api/v1/session',
    {
      config: { role: 'public', problems: ['wrong-credentials', 'too-many-requests'] },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in: sets the session cookie',
        tags,
        body: SignInRequest,
        response: { 200: Me },
      },
    },
    async (request, reply) => {
      const { name, password } = request.body
      return welcome(request, reply, await service.signIn(name, password, visitorOf(request)))
    },
  )

  app.get(
    '/api/v1/set-up',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'getSetUp',
        summary: 'Is the first administrator still missing?',
        tags,
        response: { 200: SetUpState },
      },
    },
    async () => ({ needed: service.isSetUpNeeded }),
  )

  app.post(
    '/api/v1/set-up',
    {
      config: { role: 'public', problems: ['wrong-credentials', 'set-up-done', 'too-many-requests'] },
      schema: {
        operationId: 'setUp',
        summary: 'First run: create the user admin with the code that the terminal shows, and sign in',
        tags,
        body: SetUpRequest,
        response: { 200: Me },
      },
    },
    async (request, reply) => {
      const { code, password } = request.body
      return welcome(request, reply, await service.setUp(code, password, visitorOf(request)))
    },
  )
}

function registerMeRoutes(app: ApiServer, service: AuthService): void {
  app.get(
    '/api/v1/me',
    {
      config: { role: 'viewer' },
      schema: { operationId: 'getMe', summary: 'Who am I, and my CSRF token', tags, response: { 200: Me } },
    },
    async (request) => meOf(actorOf(request)),
  )

  app.put(
    '/api/v1/me/password',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'changePassword',
        summary: 'Change my password; signs me out everywhere else',
        tags,
        body: PasswordChange,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await service.changePassword(actorOf(request), request.body.current, request.body.next)
      return reply.code(204).send(null)
    },
  )
}

function registerSessionRoutes(app: ApiServer, sessions: SessionStore): void {
  app.delete(
    '/api/v1/session',
    {
      config: { role: 'viewer' },
      schema: { operationId: 'signOut', summary: 'Sign out: ends this session', tags, response: { 204: Nothing } },
    },
    async (request, reply) => {
      const { sessionDigest } = actorOf(request)
      if (sessionDigest !== null) sessions.revoke(sessionDigest)
      clearSessionCookie(request, reply)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/v1/sessions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSessions',
        summary: 'My sessions; for administrators, those of everybody',
        tags,
        response: { 200: SessionCollection },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const rows = sessions.list(actor.role === 'admin' ? null : (actor.userId ?? 0))
      return {
        items: rows.map(({ digest, userId: _userId, role: _role, csrfToken: _csrfToken, ...row }) => ({
          ...row,
          id: digest,
          endsAt: sessions.endOf(row),
          isCurrent: digest === actor.sessionDigest,
        })),
      }
    },
  )

  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'revokeSession',
        summary: 'End one session; administrators may end any',
        tags,
        params: SessionIdParam,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const session = sessions.findByDigest(request.params.id)
      // Somebody else's session looks like none.
      if (!session || (actor.role !== 'admin' && session.userId !== actor.userId)) throw new ProblemError('not-found')
      sessions.revoke(session.digest)
      return reply.code(204).send(null)
    },
  )
}

const meOf = ({ name, role, via, csrfToken }: Actor): Me => ({ name, role, via, csrfToken })

const visitorOf = (request: FastifyRequest): Visitor => ({
  address: request.socket.remoteAddress ?? '',
  userAgent: request.headers['user-agent'] ?? '',
  previousDigest: request.actor?.sessionDigest ?? null,
})
