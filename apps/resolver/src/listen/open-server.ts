/** Opening the address of a stream transport. */
import type { Server } from 'node:net'
import { type Endpoint, isIPv6Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import { type ListenFault, listenFault } from './listen-fault.ts'

/** Connections that have shaken hands and wait to be accepted: as many come at once when a network's power returns. */
const BACKLOG = 511

/**
 * Lets `server` listen at `endpoint`, at this one alone: `::` takes no IPv4.
 * @param setting the variable that says where to listen, for the fault
 * @returns where it listens, with the port that the system chose if it was 0
 */
export async function openServer(
  server: Server,
  endpoint: Endpoint,
  setting: string,
): Promise<Result<Endpoint, ListenFault>> {
  const { address, port } = endpoint
  const ipv6Only = isIPv6Endpoint(endpoint)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port, exclusive: true, ipv6Only, backlog: BACKLOG }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    return fail(listenFault(error, endpoint, 'tcp', setting))
  }
  const bound = server.address()
  return ok(bound !== null && typeof bound === 'object' ? { address, port: bound.port } : endpoint)
}
