/**
 * DNS rebinding of the console: a page of another site whose name was made to point here sends that name as Host.
 * Only an address, `localhost` and the names of the setting `http.allowedHosts` are served.
 */
import { isIP } from 'node:net'
import type { ApiServer } from '../api-server.ts'
import { ProblemError } from '../problem-error.ts'

export function registerHostCheck(app: ApiServer, allowedHosts: () => readonly string[]): void {
  app.addHook('onRequest', async (request) => {
    const host = hostName(request.headers.host ?? request.headers[':authority']?.toString() ?? '')
    if (host === undefined || !isServed(host, allowedHosts()))
      throw new ProblemError('wrong-host', {
        detail: `open Weir by its address, or add '${host ?? ''}' to the setting http.allowedHosts`,
      })
  })
}

/** The name in a Host header without port and brackets, lower case; undefined when it is none. */
export function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header.trim())
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '')
}

const isServed = (host: string, allowed: readonly string[]): boolean =>
  isIP(host) !== 0 ||
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  allowed.some((name) => name.toLowerCase().replace(/\.$/, '') === host)
