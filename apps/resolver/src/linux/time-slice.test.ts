import { getPriority, release } from 'node:os'
import { expect, it } from 'vitest'
import * as abi from './abi.ts'
import { loadLinuxCalls } from './datagram-socket.ts'
import { takeShortTurns } from './time-slice.ts'

const loaded = await loadLinuxCalls()
const [major = 0, minor = 0] = release().split('.').map(Number)
const hasSlices = major > 6 || (major === 6 && minor >= 12)

it.runIf(loaded.ok && hasSlices)('asks for the shortest slice, and leaves policy and priority as they are', () => {
  const calls = loaded.ok ? loaded.value : expect.fail()
  const attributes = new DataView(new ArrayBuffer(abi.SCHED_ATTR_OCTETS))
  const read = (): bigint => {
    const address = calls.addressOf(attributes.buffer)
    expect(calls.syscall(abi.SYS_SCHED_GETATTR, 0, address, abi.SCHED_ATTR_OCTETS, 0)).toBe(0)
    return attributes.getBigUint64(abi.SCHED_ATTR_RUNTIME, true)
  }
  expect(read()).toBeGreaterThan(100_000n)
  expect(takeShortTurns(calls)).toBe(true)
  expect(read()).toBe(100_000n)
  expect(attributes.getUint32(4, true)).toBe(0)
  expect(attributes.getInt32(abi.SCHED_ATTR_NICE, true)).toBe(getPriority())
})
