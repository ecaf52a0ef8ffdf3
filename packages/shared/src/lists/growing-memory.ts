/**
 * Memory that grows in place. Address space is reserved at once and becomes memory as it is used, so that growing copies
 * nothing, and what was used goes back to the system with the buffer: the C library would keep freed arrays of this size.
 */

const FIRST_RESERVED_OCTETS = 256 * 1024 * 1024
/** So much is taken at a time. */
const STEP_OCTETS = 1024 * 1024

/** Offsets into it are 32 bits wide. */
export const MAX_GROWING_OCTETS = 2 ** 32 - 1

/**
 * @param reservedOctets room to grow in
 * @throws RangeError where the system does not give so much
 */
export const growingMemory = (reservedOctets = FIRST_RESERVED_OCTETS): ArrayBuffer =>
  new ArrayBuffer(0, { maxByteLength: Math.min(reservedOctets, MAX_GROWING_OCTETS) })

/**
 * Room for `octets` at least.
 * @returns the same buffer, or a larger one with its content where it had not reserved enough
 * @throws RangeError beyond MAX_GROWING_OCTETS, and where there is no memory
 */
export function grownTo(memory: ArrayBuffer, octets: number): ArrayBuffer {
  if (octets <= memory.byteLength) return memory
  if (octets > MAX_GROWING_OCTETS) throw new RangeError(`${octets} octets are more than ${MAX_GROWING_OCTETS}`)
  const whole = Math.ceil(octets / STEP_OCTETS) * STEP_OCTETS
  if (octets <= memory.maxByteLength) {
    memory.resize(Math.min(whole, memory.maxByteLength))
    return memory
  }
  const larger = growingMemory(Math.max(memory.maxByteLength * 4, octets))
  larger.resize(Math.min(whole, larger.maxByteLength))
  new Uint8Array(larger).set(new Uint8Array(memory))
  return larger
}
