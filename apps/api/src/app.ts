/** The API as a Fastify instance that does not listen yet: plugins in order, then every slice by name. */
import Fastify, { LogController } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ApiServer } from './api-server.ts'
import type { AppDeps } from './deps.ts'
import { AttemptLimiter } from './identity/attempt-limiter.ts'
import { PasswordHasher } from './identity/password.ts'
import { SessionStore } from './identity/session-store.ts'
import { TokenCheck } from './identity/token-check.ts'
import { lastChangeOf } from './last-change.ts'
import { answerClientError } from './plugins/client-errors.ts'
import { ConnectionLimits } from './plugins/connection-limits.ts'
import { registerHostCheck } from './plugins/host-check.ts'
import { registerIdempotency } from './plugins/idempotency.ts'
import { registerOpenApi, registerOpenApiDocument } from './plugins/openapi.ts'
import { registerProblemHandler } from './plugins/problem-handler.ts'
import { RouteTable } from './plugins/route-table.ts'
import { registerSecurityHeaders } from './plugins/security-headers.ts'
import { type IdentityParts, isStillSignedIn, registerSessions } from './plugins/sessions.ts'
import { isTrustedProxy } from './plugins/trusted-proxies.ts'
import { registerUnreadBodies } from './plugins/unread-bodies.ts'
import { validatorCompiler } from './plugins/validation.ts'
import { registerWebAssets } from './plugins/web-assets.ts'
import { PolicySections } from './policy.ts'
import { registerAuthRoutes } from './resources/auth/routes.ts'
import { registerCacheRoutes } from './resources/cache/routes.ts'
import { registerChangeRoutes } from './resources/changes/routes.ts'
import { registerClientRoutes } from './resources/clients/routes.ts'
import { registerDatabaseRoutes } from './resources/database/routes.ts'
import { registerEventRoutes } from './resources/events/routes.ts'
import { registerExplainRoutes } from './resources/explain/routes.ts'
import { registerGroupRoutes } from './resources/groups/routes.ts'
import { registerHealthRoutes } from './resources/health/routes.ts'
import { draftFetcher } from './resources/lists/draft-content.ts'
import { registerListRoutes } from './resources/lists/routes.ts'
import { registerMetricsRoutes } from './resources/metrics/routes.ts'
import { registerOverrideRoutes } from './resources/overrides/routes.ts'
import { registerPolicyRoutes } from './resources/policy/routes.ts'
import { registerQueryRoutes } from './resources/queries/routes.ts'
import { registerReportRoutes } from './resources/reports/routes.ts'
import { registerResolverRoutes } from './resources/resolver/routes.ts'
import { registerRuleSetRoutes } from './resources/rule-sets/routes.ts'
import { registerRuleRoutes } from './resources/rules/routes.ts'
import { registerScheduleRoutes } from './resources/schedules/routes.ts'
import { registerSettingsRoutes } from './resources/settings/routes.ts'
import { registerSimulationRoutes } from './resources/simulations/routes.ts'
import { registerStatsRoutes } from './resources/stats/routes.ts'
import { registerTokenRoutes } from './resources/tokens/routes.ts'
import { registerUserRoutes } from './resources/users/routes.ts'
import { Restorers } from './undo.ts'

/** For routes that do not set their own: one rule or one settings document is far smaller. */
const BODY_LIMIT_OCTETS = 1024 * 1024
/** A request's head and body must arrive within; uploads of lists set their own. */
const REQUEST_TIMEOUT_MS = 300_000
/** A head comes at once, or somebody wants to hold many connections cheaply. */
const HEAD_TIMEOUT_MS = 15_000
const TIMEOUT_CHECK_MS = 5000

export interface App {
  readonly server: ApiServer
  /** Every route with the role it declares. */
  readonly routes: RouteTable
}

/** While weir.db cannot be read nobody is. */
function isProxy({ settings }: AppDeps, address: string): boolean {
  try {
    return isTrustedProxy(settings.current.settings.http.trustedProxies, address)
  } catch {
    return false
  }
}

export async function buildApp(deps: AppDeps): Promise<App> {
  const server: ApiServer = Fastify({
    loggerInstance: deps.logger,
    // Requests are not logged: they hold names and addresses of clients.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_OCTETS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEAD_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    clientErrorHandler: answerClientError,
    // Open event streams would keep `close` waiting for ever.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>()
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)

  const connections = new ConnectionLimits((address) => isProxy(deps, address))
  connections.guard(server.server)

  const routes = new RouteTable()
  routes.watch(server)
  const sessions = new SessionStore(
    deps.database,
    deps.clock,
    () => deps.settings.current.settings.http.sessionIdleMinutes,
  )
  const hasher = new PasswordHasher()
  registerProblemHandler(server, routes, lastChangeOf(deps.database))
  await registerSecurityHeaders(server)
  registerUnreadBodies(server)
  // Above the sessions: a page under a foreign name must not even learn whether somebody is signed in.
  registerHostCheck(server, () => deps.settings.current.settings.http.allowedHosts)
  const identity: IdentityParts = {
    sessions,
    tokens: new TokenCheck(deps.database, deps.clock, deps.adminToken),
    tokenAttempts: new AttemptLimiter(deps.clock),
  }
  await registerSessions(server, identity)
  registerIdempotency(server, deps.database, deps.clock)
  await registerOpenApi(server, routes, deps.version)

  const restorers = new Restorers()
  const policy = new PolicySections()
  registerHealthRoutes(server, deps)
  registerAuthRoutes(server, deps, { sessions, hasher })
  registerUserRoutes(server, deps, { sessions, hasher }, restorers)
  registerTokenRoutes(server, deps, restorers)
  registerRuleRoutes(server, deps, restorers, policy)
  registerListRoutes(server, deps, restorers, policy)
  registerGroupRoutes(server, deps, restorers, policy)
  registerClientRoutes(server, deps, restorers, policy)
  registerRuleSetRoutes(server, deps, restorers, policy)
  registerOverrideRoutes(server, deps, restorers)
  registerScheduleRoutes(server, deps, restorers, policy)
  registerSettingsRoutes(server, deps, restorers, policy)
  registerExplainRoutes(server, deps)
  registerCacheRoutes(server, deps)
  registerReportRoutes(server, deps)
  registerResolverRoutes(server, deps)
  registerQueryRoutes(server, deps)
  registerSimulationRoutes(server, deps, draftFetcher(deps))
  registerStatsRoutes(server, deps)
  registerDatabaseRoutes(server, deps)
  registerChangeRoutes(server, deps, restorers)
  registerPolicyRoutes(server, deps, policy)
  registerMetricsRoutes(server, deps, connections)
  registerEventRoutes(server, deps, { isStillSignedIn: (request) => isStillSignedIn(request, identity) })

  registerOpenApiDocument(server)
  await registerWebAssets(server, deps.webDir)
  return { server, routes }
}
