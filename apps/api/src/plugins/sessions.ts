/**
 * Who is it? Before every route: session cookie or bearer token → `request.actor`; then the route's role; then CSRF.
 *
 * Order of the checks, each with its answer: token unknown 401 · no sign-in 401 · role too small 403 · other site 403.
 */
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, mayAct } from '../actor.ts'
import type { ApiServer } from '../api-server.ts'
import type { AttemptLimiter } from '../identity/attempt-limiter.ts'
import { equalSecrets } from '../identity/secrets.ts'
import type { SessionRow, SessionStore } from '../identity/session-store.ts'
import type { TokenCheck } from '../identity/token-check.ts'
import { invalidField, ProblemError } from '../problem-error.ts'
import { hostName } from './host-check.ts'

export const SESSION_COOKIE = 'weir_session'
const CSRF_HEADER = 'x-weir-csrf'
/** The console asks for fresh figures by itself: such a request does not show that somebody is there. */
const PASSIVE_HEADER = 'x-weir-passive'
/** What somebody says about a change, kept with its revision. */
const COMMENT_HEADER = 'weir-comment'
const MAX_COMMENT_CHARACTERS = 1000

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface IdentityParts {
  readonly sessions: SessionStore
  readonly tokens: TokenCheck
  /** Counts wrong bearer tokens only. */
  readonly tokenAttempts: AttemptLimiter
}

export async function registerSessions(app: ApiServer, parts: IdentityParts): Promise<void> {
  await app.register(cookie)
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request) => {
    request.actor = identify(request, parts)
    const role = request.routeOptions.config?.role
    // No route: the not-found handler answers, and tells nothing that the contract does not.
    if (role === undefined) return
    if (role !== 'public') {
      if (request.actor === null) throw new ProblemError('not-signed-in', { headers: { 'www-authenticate': 'Bearer' } })
      if (!mayAct(request.actor.role, role))
        throw new ProblemError('forbidden', { detail: `this needs the role ${role}; yours is ${request.actor.role}` })
    }
    if (!SAFE_METHODS.has(request.method) && request.actor?.via !== 'token') checkSameSite(request, role === 'public')
  })
}

function identify(request: FastifyRequest, parts: IdentityParts): Actor | null {
  const origin = { address: request.socket.remoteAddress ?? '', comment: commentOf(request) }
  const bearer = bearerOf(request)
  if (bearer !== undefined) return identifyToken(bearer, origin, parts)
  const secret = request.cookies[SESSION_COOKIE]
  const session =
    secret === undefined ? undefined : parts.sessions.find(secret, request.headers[PASSIVE_HEADER] === undefined)
  return session ? actorOfSession(session, origin) : null
}

/** For streams that outlive their request: is its session or token still good? */
export function isStillSignedIn(request: FastifyRequest, { sessions, tokens }: IdentityParts): boolean {
  const bearer = bearerOf(request)
  if (bearer !== undefined) return tokens.find(bearer) !== undefined
  const digest = request.actor?.sessionDigest ?? ''
  return sessions.findByDigest(digest) !== undefined
}

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]

type Origin = Pick<Actor, 'address' | 'comment'>

/** @throws ProblemError `invalid-field` */
function commentOf(request: FastifyRequest): string | null {
  const header = request.headers[COMMENT_HEADER]
  if (typeof header !== 'string' || header.trim() === '') return null
  const comment = decoded(header).trim()
  if (comment.length > MAX_COMMENT_CHARACTERS)
    throw invalidField('Weir-Comment', `has more than ${MAX_COMMENT_CHARACTERS} characters`)
  return comment
}

/** Headers hold ASCII: other characters come as percent-encoded UTF-8. What is not encoded is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function identifyToken(bearer: string, origin: Origin, { tokens, tokenAttempts }: IdentityParts): Actor {
  const token = tokens.find(bearer)
  if (token) return { ...token, via: 'token', userId: null, sessionDigest: null, csrfToken: null, ...origin }
  tokenAttempts.take(origin.address)
  throw new ProblemError('not-signed-in', {
    detail: 'the bearer token is unknown or has expired',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

const actorOfSession = (session: SessionRow, origin: Origin): Actor => ({
  name: session.userName,
  role: session.role,
  via: 'session',
  userId: session.userId,
  sessionDigest: session.digest,
  csrfToken: session.csrfToken,
  ...origin,
})

/**
 * A browser says where a request comes from (Sec-Fetch-Site, Origin), and only our own page knows the session's token.
 * Both are asked of every session; routes without a session (sign-in, set-up) can only be asked for the former.
 */
function checkSameSite(request: FastifyRequest, isPublicRoute: boolean): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new ProblemError('cross-site-request', { detail: `Sec-Fetch-Site is ${String(site).slice(0, 40)}` })
  const origin = request.headers.origin
  if (origin !== undefined && !isOwnOrigin(origin, request.headers.host))
    throw new ProblemError('cross-site-request', { detail: 'Origin is not this host' })
  if (isPublicRoute) return
  const csrfToken = request.actor?.csrfToken ?? ''
  const given = request.headers[CSRF_HEADER]
  if (typeof given !== 'string' || !equalSecrets(given, csrfToken))
    throw new ProblemError('cross-site-request', { detail: `the header ${CSRF_HEADER} is missing or wrong` })
}

/** Scheme apart: behind a TLS proxy the page is https and this server http. The port counts. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || hostName(host) === undefined) return false
  const match = /^https?:\/\/(.+)$/i.exec(origin)
  return match?.[1]?.toLowerCase() === host.trim().toLowerCase()
}

/** Sets the session cookie; `Secure` where the browser came over https, directly or through a proxy that says so. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string, hours: number): void {
  reply.setCookie(SESSION_COOKIE, secret, { ...cookieOptions(request), maxAge: hours * 3600 })
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, cookieOptions(request))
}

const cookieOptions = (request: FastifyRequest) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    // A client can only harm itself by writing this header.
    secure: request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https',
  }) as const
