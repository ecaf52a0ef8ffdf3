/**
 * The contract as OpenAPI 3.1 at `/api/v1/openapi.json`, from the same zod schemas that validate requests and replies,
 * and a page to browse it at `/api/docs`.
 *
 * Routes declare only their success replies; the problems that a route of its kind can answer with are added here.
 */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { PROBLEMS, Problem, type ProblemCode } from '@weir/shared/contract/problem'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ApiServer } from '../api-server.ts'
import type { RouteEntry, RouteTable } from './route-table.ts'
import { SESSION_COOKIE } from './sessions.ts'

/** What this module reads and writes of an OpenAPI operation. */
interface Operation {
  responses?: Record<string, unknown>
  security?: unknown[]
}

// Named in components even where no success reply uses it.
const PROBLEM_REFERENCE = { $ref: `#/components/schemas/${z.globalRegistry.get(Problem)?.id ?? 'Problem'}` }

export async function registerOpenApi(app: ApiServer, routes: RouteTable, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Weir',
        version,
        description: 'Rules, lists, statistics and the state of a Weir resolver. Everything the console does is here.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      const object = jsonSchemaTransformObject(document) as { paths?: Record<string, Record<string, Operation>> }
      for (const entry of routes.entries)
        describe(object.paths?.[openApiPath(entry.url)]?.[entry.method.toLowerCase()], entry)
      return object as ReturnType<typeof jsonSchemaTransformObject>
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { deepLinking: true },
    // The bar at the top only asks for other documents.
    theme: { title: 'Weir: the HTTP API', css: [{ filename: 'weir.css', content: '.topbar { display: none }' }] },
  })
}

/** Call when all routes are registered. */
export function registerOpenApiDocument(app: ApiServer): void {
  app.get(
    '/api/v1/openapi.json',
    { config: { role: 'public' }, schema: { hide: true } as object },
    // The document is far too large to validate against itself on every read.
    async (_request, reply) => reply.serializer(JSON.stringify).type('application/json').send(app.swagger()),
  )
}

const openApiPath = (url: string): string => url.replace(/:(\w+)/g, '{$1}')

function describe(operation: Operation | undefined, entry: RouteEntry): void {
  if (!operation) return
  operation.security = entry.role === 'public' ? [] : [{ session: [] }, { token: [] }]
  operation.responses ??= {}
  const codesByStatus = new Map<number, ProblemCode[]>()
  for (const code of problemsOf(entry)) {
    const { status } = PROBLEMS[code]
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code])
  }
  for (const [status, codes] of codesByStatus)
    operation.responses[status] ??= {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: PROBLEM_REFERENCE } },
    }
}

/** Every problem that a route can answer with: those of its kind, and those it declares. */
function problemsOf({ role, method, options }: RouteEntry): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(['wrong-host', 'internal', ...(options.config?.problems ?? [])])
  const schema = options.schema
  if (role !== 'public')
    for (const code of ['not-signed-in', 'forbidden', 'too-many-requests'] as const) codes.add(code)
  if (schema?.params ?? schema?.querystring ?? schema?.body) codes.add('invalid-field')
  if (schema?.body)
    for (const code of ['malformed-request', 'too-large', 'unsupported-media-type'] as const) codes.add(code)
  if (method !== 'GET' && method !== 'HEAD')
    for (const code of ['cross-site-request', 'database-busy', 'database-unavailable'] as const) codes.add(code)
  return codes
}
