/**
 * Names in messages, compressed or not (RFC 1035 §3.1, §4.1.4).
 *
 * A pointer must point to an earlier octet than the one where the present run of labels began, and behind the header:
 * so every chain of pointers ends. Their number is bounded too, or a message of 64 kB could make each of its thousands
 * of names a walk of thousands of steps.
 */
import { HEADER_OCTETS } from './header.ts'
import { lowerCase } from './octets.ts'
import { MAX_NAME_OCTETS } from './query-view.ts'

/** Returned in place of a length or an offset. */
const NO_NAME = -1

/** As many as there can be labels: a name built of single labels and pointers needs no more. */
const MAX_POINTERS = 127

/** True for the length octet of a compression pointer. */
export const isPointer = (octet: number): boolean => octet >= 0xc0

/** Where the pointer at `offset` points. The caller has checked that two octets are there. */
export const pointerTarget = (message: Uint8Array, offset: number): number =>
  ((message[offset]! & 0x3f) << 8) | message[offset + 1]!

/**
 * Copies the name at `offset` to `out` as plain labels, ASCII letters lower-cased.
 *
 * @param length octets of `message` in use
 * @param out at least MAX_NAME_OCTETS long; undefined content when there is no name
 * @returns octets written (1…255, the root's zero included), or NO_NAME: cut off, longer than 255 octets, a label type
 *   other than 00 and 11, or a pointer that does not lead back
 */
export function readName(message: Uint8Array, length: number, offset: number, out: Uint8Array): number {
  let position = offset
  let runStart = offset
  let written = 0
  let pointerCount = 0
  while (position < length) {
    const octet = message[position]!
    if (octet === 0) {
      out[written] = 0
      return written + 1
    }
    if (octet < 0x40) {
      if (position + octet >= length || written + octet + 2 > MAX_NAME_OCTETS) return NO_NAME
      out[written++] = octet
      for (let i = 1; i <= octet; i++) out[written++] = lowerCase(message[position + i]!)
      position += octet + 1
      continue
    }
    if (!isPointer(octet) || position + 1 >= length || ++pointerCount > MAX_POINTERS) return NO_NAME
    const target = pointerTarget(message, position)
    if (target >= runStart || target < HEADER_OCTETS) return NO_NAME
    position = target
    runStart = target
  }
  return NO_NAME
}

/**
 * The offset behind the name at `offset`, without following its pointer.
 * @returns NO_NAME when the name is cut off, has a label type other than 00 and 11, or is longer than 255 octets
 */
export function skipName(message: Uint8Array, length: number, offset: number): number {
  let position = offset
  while (position < length) {
    const octet = message[position]!
    if (octet === 0) return position + 1 - offset <= MAX_NAME_OCTETS ? position + 1 : NO_NAME
    if (octet >= 0x40) {
      if (!isPointer(octet) || position + 2 > length) return NO_NAME
      return position - offset < MAX_NAME_OCTETS ? position + 2 : NO_NAME
    }
    position += octet + 1
  }
  return NO_NAME
}

/**
 * True when the octets at `offset` are the labels of `name`, compared without case.
 * @param name plain labels in lower case, exactly its octets; a compressed name in the message is never equal
 */
export function isNameAt(message: Uint8Array, length: number, offset: number, name: Uint8Array): boolean {
  if (offset + name.length > length) return false
  // Length octets are below 0x40, so that none of them is taken for a letter.
  for (let i = 0; i < name.length; i++) if (lowerCase(message[offset + i]!) !== name[i]) return false
  return true
}
