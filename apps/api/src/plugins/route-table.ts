/** Every route with what it declares: makes a route without a role impossible, and knows which methods a path offers. */
import type { RouteOptions } from 'fastify'
import type { RouteRole } from '../actor.ts'
import type { ApiServer } from '../api-server.ts'

export interface RouteEntry {
  readonly method: string
  /** With parameters, as in `/api/v1/rules/:id`. */
  readonly url: string
  readonly role: RouteRole
  readonly options: RouteOptions
}

/** Routes that packages register: the documentation pages hold nothing but the public contract. */
const PUBLIC_PACKAGE_ROUTES = '/api/docs'

export class RouteTable {
  readonly entries: RouteEntry[] = []

  /** Sees every route registered on `app` from now on. @throws Error for one that declares no role */
  watch(app: ApiServer): void {
    app.addHook('onRoute', (options) => {
      if (options.url.startsWith(PUBLIC_PACKAGE_ROUTES)) options.config = { ...options.config, role: 'public' }
      const role = options.config?.role
      if (role === undefined) throw new Error(`route ${String(options.method)} ${options.url} declares no role`)
      for (const method of [options.method].flat()) this.entries.push({ method, url: options.url, role, options })
    })
  }

  /** Methods that some route offers at this path, without the query. */
  methodsAt(path: string): string[] {
    const segments = path.split('/')
    const methods = this.entries.filter(({ url }) => fits(url.split('/'), segments)).map(({ method }) => method)
    return [...new Set(methods)].sort()
  }
}

/** Does the pattern fit the path, segment by segment? The console's `*` fits anything, so it does not count. */
const fits = (pattern: readonly string[], path: readonly string[]): boolean =>
  !pattern.includes('*') &&
  pattern.length === path.length &&
  pattern.every((segment, at) => (segment.startsWith(':') ? path[at] !== '' : segment === path[at]))
