/** Chooses how a worker moves its UDP packets: in batches where the system allows, else by `dgram`. */
import { loadLinuxCalls } from '../linux/datagram-socket.ts'
import { BatchListener } from './udp-batch.ts'
import { DgramListener, type UdpListenerOptions } from './udp-dgram.ts'
import type { UdpListener } from './udp-socket.ts'

export interface ChosenUdpListener {
  readonly listener: UdpListener
  /** Why batches are not possible here, for the log; null when they are. */
  readonly fallbackReason: string | null
}

/** The fastest listener of this machine, not started yet. */
export async function chooseUdpListener(options: UdpListenerOptions): Promise<ChosenUdpListener> {
  const calls = await loadLinuxCalls()
  return calls.ok
    ? { listener: new BatchListener(options, calls.value), fallbackReason: null }
    : { listener: new DgramListener(options), fallbackReason: calls.error }
}
