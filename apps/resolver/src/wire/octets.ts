/**
 * Numbers in network order (RFC 1035 §2.3.2), read and written in place.
 *
 * Reading behind the end of an array gives 0 in place of `undefined`: callers check bounds first, and what they
 * forget becomes a number, never NaN.
 */

export const readUint16 = (octets: Uint8Array, offset: number): number => (octets[offset]! << 8) | octets[offset + 1]!

/** 0…4,294,967,295. */
export const readUint32 = (octets: Uint8Array, offset: number): number =>
  ((octets[offset]! << 24) | (octets[offset + 1]! << 16) | (octets[offset + 2]! << 8) | octets[offset + 3]!) >>> 0

/** @param value its lower 16 bits are written */
export function writeUint16(octets: Uint8Array, offset: number, value: number): void {
  octets[offset] = value >>> 8
  octets[offset + 1] = value
}

/** @param value its lower 32 bits are written */
export function writeUint32(octets: Uint8Array, offset: number, value: number): void {
  octets[offset] = value >>> 24
  octets[offset + 1] = value >>> 16
  octets[offset + 2] = value >>> 8
  octets[offset + 3] = value
}

/** Copies octets without making a view; names and records are too short for `set` to be worth its cost. */
export function copyOctets(from: Uint8Array, start: number, length: number, to: Uint8Array, offset: number): void {
  for (let i = 0; i < length; i++) to[offset + i] = from[start + i]!
}

/** An ASCII letter in lower case, any other octet as it is (RFC 4343 §3). */
export const lowerCase = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet)
