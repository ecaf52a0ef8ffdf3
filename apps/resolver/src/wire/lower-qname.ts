/**
 * Takes the random spelling of our own query (0x20) out of a response, so that clients never see it.
 *
 * A server that does not compress spells the owner of its records as we spelled the question.
 */
import { HEADER_OCTETS } from './header.ts'
import { copyOctets, lowerCase } from './octets.ts'
import { isPointer } from './read-name.ts'
import { RecordCursor } from './walk-records.ts'

/** One cursor serves all calls: they run to their end before the next one starts, and each thread has its own module. */
const cursor = new RecordCursor()

/**
 * Lower-cases the QNAME, and the letters of each owner that is spelled out and ends like it, in place.
 *
 * Owners below or beside the QNAME keep their spelling but for the labels they share with it through pointers.
 * @param message must have passed the checks of `checkResponse` @param name QNAME, plain wire labels in lower case
 */
export function lowerQname(message: Uint8Array, length: number, name: Uint8Array): void {
  copyOctets(name, 0, name.length, message, HEADER_OCTETS)
  cursor.start(message, length)
  while (cursor.next()) lowerOwner(message, cursor.ownerOffset, name)
}

function lowerOwner(message: Uint8Array, offset: number, name: Uint8Array): void {
  let end = offset
  while (message[end] !== 0 && !isPointer(message[end]!)) end += message[end]! + 1
  // Spelled out as far as `end`; what a pointer leads to is lower case by now if it is part of the question.
  for (let i = offset; i < end; i++) if (lowerCase(message[i]!) !== name[i - offset]) return
  for (let i = offset; i < end; i++) message[i] = lowerCase(message[i]!)
}
