/** How long the scheduler lets this thread run at a stretch beside others (sched(7); Linux 6.12 and newer). */
import { getPriority } from 'node:os'
import * as abi from './abi.ts'
import type { LinuxCalls } from './datagram-socket.ts'

/** The shortest there is; 3 ms are usual. */
const SHORT_SLICE_NS = 100_000n

/**
 * Asks for short turns, which come sooner: a thread that wakes with less to ask for goes before one that is in the middle of a
 * longer turn. It gets no more of the processor than before. Older kernels take the call and do nothing.
 * @returns whether the kernel took it; where it is forbidden everything is as it was
 */
export function takeShortTurns(calls: LinuxCalls): boolean {
  const attributes = new ArrayBuffer(abi.SCHED_ATTR_OCTETS)
  const view = new DataView(attributes)
  view.setUint32(0, abi.SCHED_ATTR_OCTETS, true)
  view.setInt32(abi.SCHED_ATTR_NICE, getPriority(), true)
  view.setBigUint64(abi.SCHED_ATTR_RUNTIME, SHORT_SLICE_NS, true)
  return calls.syscall(abi.SYS_SCHED_SETATTR, 0, calls.addressOf(attributes), 0, 0) === 0
}
