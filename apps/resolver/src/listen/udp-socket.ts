/**
 * What every UDP listener is, however it moves its packets: octets in, `QueryHandler`, octets out.
 *
 * Each worker opens its own listener on the same address and port (SO_REUSEPORT); the kernel spreads clients over them.
 */
import type { Endpoint } from '@weir/shared/environment'
import type { Result } from '@weir/shared/result'
import type { ListenFault } from './listen-fault.ts'

/** Plain numbers that only grow; read by whoever publishes them. */
export interface UdpCounters {
  /** Datagrams taken from the socket. */
  received: number
  sent: number
  /** Found no room in the socket's buffer: the kernel dropped them, and nobody here saw them. 0 where it does not tell. */
  droppedNoRoom: number
  /** All slots were waiting for upstreams. */
  droppedNoSlot: number
  /** Longer than MAX_UDP_QUERY_OCTETS, or from port 0: nobody to answer. */
  droppedUnusable: number
  /** The system refused to send (EMSGSIZE, ENETUNREACH, a full buffer …). */
  sendErrors: number
  receiveErrors: number
}

export const newUdpCounters = (): UdpCounters => ({
  received: 0,
  sent: 0,
  droppedNoRoom: 0,
  droppedNoSlot: 0,
  droppedUnusable: 0,
  sendErrors: 0,
  receiveErrors: 0,
})

export interface UdpListener {
  readonly implementation: 'dgram' | 'batch'
  /** Where it listens; with the port that the system chose once `start` has succeeded. */
  readonly endpoint: Endpoint
  readonly counters: UdpCounters
  /**
   * Octets that the system gives to datagrams that wait, its own overhead included, some 800 each; 0 before `start`.
   * Brings what only the kernel counts into `counters`, too.
   */
  readSocket(): number
  /** Opens the socket. Once only. */
  start(): Promise<Result<void, ListenFault>>
  /** Takes no more queries, waits for the answers that are due (for a bounded time), closes. Never rejects. */
  stop(): Promise<void>
}

/** Longer queries than any client has reason to send over UDP are dropped: TCP takes up to 65,535 octets. */
export const MAX_UDP_QUERY_OCTETS = 4096
/** A stored answer up to this length is assembled in the slot and cut to the client's size there. */
export const UDP_OUT_OCTETS = 4096
/**
 * Queries wait here while the worker has no core, or a burst comes. Linux gives twice this, and takes some 800 octets for a
 * query: 42,000 queries, two seconds' worth at 20,000 a second. A query that has waited longer has been asked again by then.
 */
export const SOCKET_BUFFER_OCTETS = 16 * 1024 * 1024
