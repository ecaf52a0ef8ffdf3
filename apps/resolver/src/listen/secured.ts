/** The server's end of TLS over an accepted connection (RFC 7858 §3.1). */
import type { Socket } from 'node:net'
import { getBuiltinModule } from 'node:process'
import type { TLSSocket } from 'node:tls'
import type { Certificate } from './certificate.ts'

/** With the certificate that is in use now. A client that offers application protocols must offer `dot`. */
export function secured(socket: Socket, certificate: Certificate): TLSSocket {
  // The stream above tells; what breaks below it first must not end the process.
  socket.on('error', () => socket.destroy())
  // Loaded by the first connection: few installations have a certificate.
  const tls = getBuiltinModule('node:tls')
  const stream = new tls.TLSSocket(socket, {
    isServer: true,
    secureContext: certificate.context,
    ALPNProtocols: ['dot'],
  })
  socket.on('close', () => stream.destroy())
  return stream
}
