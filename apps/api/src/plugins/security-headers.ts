/** Response headers that keep the console's pages to themselves: a strict CSP with a nonce per response, no framing. */
import helmet from '@fastify/helmet'
import type { ApiServer } from '../api-server.ts'

export async function registerSecurityHeaders(app: ApiServer): Promise<void> {
  await app.register(helmet, {
    // Puts a fresh nonce into script-src and style-src, and on `reply.cspNonce` for index.html.
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        // No upgrade-insecure-requests: on a LAN the console is served over plain HTTP.
      },
    },
    // Weir speaks plain HTTP; a proxy that adds TLS sets HSTS itself.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/v1/') && !reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-store')
    if (!reply.hasHeader('permissions-policy'))
      reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
  })
}
