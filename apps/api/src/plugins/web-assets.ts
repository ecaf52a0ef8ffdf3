/**
 * Serves the built console: hashed assets as immutable, every page of its router as index.html with the nonce of this
 * very response put in place of `__NONCE__`.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { ApiServer } from '../api-server.ts'
import { ProblemError } from '../problem-error.ts'

const NONCE_PLACEHOLDER = '__NONCE__'
/** Vite writes a hash into every name below this folder. */
const HASHED = /[\\/]assets[\\/]/
const MISSING =
  'The console is not built yet. Run "npm run build", then load this page again. The API works without it.\n'

export async function registerWebAssets(app: ApiServer, webDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webDir,
    serve: false,
    cacheControl: false,
    suppressPrefixWarning: true,
  } as object)
  const page = new IndexPage(join(webDir, 'index.html'))

  app.get('/*', { config: { role: 'public' }, schema: { hide: true } as object }, (request, reply) => {
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '/')
    if (path.startsWith('/api/')) throw new ProblemError('not-found', { detail: 'nothing has this path' })
    if (path === '/' || path === '/index.html' || !lastSegment(path).includes('.')) return page.send(reply)
    const file = path.slice(1)
    reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    // Refuses whatever leads out of the folder (dot segments, absolute paths).
    return reply.sendFile(file)
  })
}

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** index.html, read again when it changes. */
class IndexPage {
  readonly #path: string
  #text: string | undefined
  #changedAtMs = -1

  constructor(path: string) {
    this.#path = path
  }

  send(reply: FastifyReply): FastifyReply {
    const text = this.#read()
    reply.header('cache-control', 'no-store')
    if (text === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(MISSING)
    return reply.type('text/html; charset=utf-8').send(text.replaceAll(NONCE_PLACEHOLDER, reply.cspNonce.style))
  }

  #read(): string | undefined {
    const changedAtMs = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs
    if (changedAtMs === undefined) return undefined
    if (changedAtMs !== this.#changedAtMs) {
      this.#text = readFileSync(this.#path, 'utf8')
      this.#changedAtMs = changedAtMs
    }
    return this.#text
  }
}
